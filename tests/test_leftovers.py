"""No leftovers: a product must not name a place that its edition has nothing to do with."""

from __future__ import annotations

import base64
import html
import io
import json
from collections.abc import Callable
from pathlib import Path

import pytest
import typst
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import Workbook

from tuoyu.front.leftovers import Leftover
from tuoyu.front.leftovers import find_leftovers
from tuoyu.front.leftovers import known_places
from tuoyu.front.leftovers import read_products
from tuoyu.front.leftovers import refuse_leftovers
from tuoyu.nouns.edition import Edition
from tuoyu.nouns.errors import ContractError
from tuoyu.nouns.errors import RenderError
from tuoyu.render.fonts import folders
from tuoyu.render.plaintext import GAP
from tuoyu.render.plaintext import squeeze
from tuoyu.render.plaintext import text_of
from tuoyu.workspace.editions import load_edition
from tuoyu.workspace.raw import SIDECAR

ROOT = Path(__file__).resolve().parents[1]
QUOTED = "江门市政协《社区托育民主监督报告》（江协〔2024〕48号）"
OWN = """
name = "榆林市"
short = "榆林"
province = "陕西省"
districts = [{ name = "榆阳区", code = "610802" }, { name = "神木市", code = "610881" }]
"""
OTHER = """
name = "江门市"
short = "江门"
province = "广东省"
districts = [{ name = "蓬江区", code = "440703" }, { name = "台山市", code = "440781" }]
[departments]
"卫生健康" = "江门市卫生健康局"
"教育" = "市教育局"
"""
BENCHMARK = 'name = "深圳市"\nshort = "深圳"\ndistricts = [{ name = "南山区", code = "440305" }]\n'
SIDECAR_TEXT = """
producer = "{producer}"
title = "{title}"
{number}
[reading]
kind = "{kind}"
"""
TOWN, NATION, BENCH, FOREIGN = "yulin", "national", "shenzhen", "jiangmen"


def add_source(path: Path, content: bytes, kind: str, *, producer: str, title: str, number: str = "") -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
    line = f'document_number = "{number}"' if number else ""
    text = SIDECAR_TEXT.format(producer=producer, title=title, number=line, kind=kind)
    path.with_name(path.name + SIDECAR).write_text(text, encoding="utf-8")


def communities() -> bytes:
    book = Workbook()
    for row in (
        ["街道", "社区数", "社区", "3岁以下婴幼儿数"],
        ["环市街道", 2, "龙溪社区", 692],
        [None, None, "合计", 692],
    ):
        book.worksheets[0].append(row)
    book.worksheets[0].merge_cells("A2:A3")
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A repository with the city 榆林, the benchmark 深圳, the nation, and 江门, which is none of the edition's."""
    raw = tmp_path / "data" / "raw"
    for place, text in {TOWN: OWN, BENCH: BENCHMARK, FOREIGN: OTHER}.items():
        (raw / place).mkdir(parents=True)
        (raw / place / "city.toml").write_text(text, encoding="utf-8")
    figures = (
        "地区,指标,数据,时点,发布机构,文件\n全国,出生人口,902万人,2023年,国家统计局,汕头市调查队年报2023\n".encode()
    )
    add_source(raw / NATION / "摘录.csv", figures, "figures", producer="各发布机构", title="全国公开数据摘录")
    add_source(
        raw / TOWN / "做法.toml",
        '[[practice]]\ntext = "借鉴珠海市香洲区做法，由街道办园"\n'.encode(),
        "practice",
        producer="江门市政协",
        title="社区托育民主监督报告",
        number="江协〔2024〕48号",
    )
    add_source(
        raw / FOREIGN / "社区婴幼儿数.xlsx",
        communities(),
        "communities",
        producer="江门市卫生健康局",
        title="儿童早期发展研究中心工作方案",
        number="江卫〔2021〕24号",
    )
    return tmp_path


@pytest.fixture
def edition() -> Edition:
    changes = {"name": "yulin-2024-08", "city": TOWN, "benchmarks": (BENCH,), "comparators": (NATION,)}
    return load_edition(ROOT, "jiangmen-2024-08").model_copy(update=changes)


@pytest.fixture
def look(root: Path, edition: Edition, tmp_path: Path) -> Callable[..., list[Leftover]]:
    """Writes one product and searches it."""

    def find(content: str | bytes, name: str = "report.html") -> list[Leftover]:
        path = tmp_path / "made" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        return find_leftovers(read_products(tmp_path / "made"), *known_places(root, edition))

    return find


Look = Callable[..., list[Leftover]]


def names(found: list[Leftover]) -> list[str]:
    return [one.name for one in found]


# --- where a name may hide


@pytest.mark.parametrize(
    "page",
    [
        "<p>建议由江门市牵头。</p>",
        "<p>建议由江<b>门</b><span class='x'>市</span>牵头。</p>",
        "<p>建议由江\n  门 市牵头。</p>",
        "<p>建议由&#27743;门&#x5e02;牵头。</p>",
        "<p>建议由江\u200b门\u00ad市牵头。</p>",
        '<img alt="江门市托位数" src="data:image/png;base64,AAAA">',
        "<button aria-label='江门市'>托位</button>",
        '<meta name="author" content="江门市">',
        '<abbr title="a > b：江门市">托位</abbr>',
        '<script type="application/json">{"label": "江\\u95e8市"}</script>',
        '<script type="application/json">{"label": "江\\n门市"}</script>',
        "<!-- 江门市模板 -->",
        "<title>江门市</title>",
    ],
)
def test_stray_name_is_found_however_the_page_writes_it(look: Look, page: str) -> None:
    (found,) = look(f"<html><body><p>榆林市托育服务。</p>{page}</body></html>")
    assert (found.file, found.name, found.belongs_to) == ("report.html", "江门市", "江门市")
    assert "江门市" in found.context


def test_name_in_an_embedded_drawing_is_found(look: Look) -> None:
    drawing = base64.b64encode("<svg><title>江门市出生人口</title></svg>".encode()).decode()
    assert names(look(f'<img src="data:image/svg+xml;base64,{drawing}" alt="图">')) == ["江门市"]


def test_neighbouring_cells_make_no_name(look: Look) -> None:
    assert look("<table><tr><td>长江</td><td>门市部</td></tr></table>") == []


def test_notebook_is_searched_with_outputs_and_metadata(look: Look) -> None:
    notebook = {
        "cells": [{"cell_type": "markdown", "source": ["建议由江\n", "门市牵头\n", "。"]}],
        "metadata": {"tuoyu": {"facts": {"places": {"label": '<span class="fact">台</span>山市托位数'}}}},
    }
    assert names(look(json.dumps(notebook), "report.ipynb")) == ["江门市", "台山市"]


def test_json_keys_and_file_names_are_searched(look: Look) -> None:
    look('{"data/raw/jiangmen/city.toml": "0"}', "manifest.json")
    found = look("<p>榆林市</p>", "working-papers/江门市.html")
    assert [(one.file, one.name) for one in found] == [
        ("manifest.json", "data/raw/jiangmen/"),
        ("working-papers/江门市.html", "江门市"),
    ]


def pdf(tmp_path: Path, body: str, title: str = "榆林市报告") -> bytes:
    """A tagged PDF with narrow pages, so that words break over lines and pages."""
    source = tmp_path / "page.typ"
    source.write_text(
        f'#set document(title: "{title}")\n#set page(width: 40pt, height: 40pt, margin: 10pt)\n'
        '#set text(font: "Noto Serif SC", size: 10pt, lang: "zh")\n' + body,
        encoding="utf-8",
    )
    return typst.compile(str(source), font_paths=folders(), ignore_system_fonts=True, pdf_standards="ua-1")


@pytest.mark.parametrize(
    ("body", "title"),
    [
        ("一二江门市三四", "榆林市报告"),
        ("一二三四五六七八九江门市", "榆林市报告"),
        ('#figure(alt: "江门市出生人口", rect[图])', "榆林市报告"),
        ("文字", "江门市报告"),
        ("= 江门市\n文字", "榆林市报告"),
    ],
    ids=["across lines", "across pages", "alternative text", "document title", "heading"],
)
def test_pdf_is_searched_in_all_its_texts(look: Look, tmp_path: Path, body: str, title: str) -> None:
    assert set(names(look(pdf(tmp_path, body, title), "report.pdf"))) == {"江门市"}


TABLE = "#table(columns: 1, [{}江], [门市{}], [三])"


@pytest.mark.parametrize("many", [1, 400], ids=["on one page", "over the page"])
def test_neighbouring_cells_of_a_pdf_are_no_one_word(look: Look, tmp_path: Path, many: int) -> None:
    room = "#set page(width: 300pt, height: 300pt)\n" if many == 1 else ""
    assert look(pdf(tmp_path, room + TABLE.format("一" * many, "二"), "榆林市报告"), "report.pdf") == []


def test_cell_of_a_pdf_is_searched_across_its_lines(look: Look, tmp_path: Path) -> None:
    found = look(pdf(tmp_path, "#set page(height: 300pt)\n#table(columns: 1, [江门市], [二])"), "report.pdf")
    assert names(found) == ["江门市"]


def test_longest_piece_of_a_pdf_is_read_whole(look: Look, tmp_path: Path) -> None:
    room = "#set page(width: 60000pt, height: 100pt)\n"
    assert names(look(pdf(tmp_path, f"{room}{'文' * 5000}江门市"), "report.pdf")) == ["江门市"]


def test_page_number_does_not_stand_between_the_halves_of_a_word(look: Look, tmp_path: Path) -> None:
    footer = "#set page(height: 60pt, footer: context align(center)[— #counter(page).display() —])\n"
    found = look(pdf(tmp_path, f"{footer}一二三江\n#pagebreak()\n门市四五"), "report.pdf")
    assert [one.context for one in found] == ["一二三江门市四五"]


def test_broken_pdf_is_refused(look: Look) -> None:
    with pytest.raises(RenderError, match=r"report.pdf 不是完好的 PDF"):
        look(b"%PDF-1.7 damaged", "report.pdf")


@given(st.lists(st.sampled_from(["", " ", "\n", "\u3000", "</b><b>", "<span>", "\u200b", "<br/>"]), min_size=3))
def test_name_survives_any_markup_within(between: list[str]) -> None:
    page = f"<p><b>江{between[0]}门{between[1]}市{''.join(between[2:])}</b></p>"
    assert "江门市" in text_of("page.html", page.encode())


@given(st.text(max_size=50))
def test_no_whitespace_is_left(text: str) -> None:
    assert not any(char.isspace() for char in squeeze(text))


@given(st.text(st.characters(exclude_categories=["Cs"], exclude_characters=GAP), max_size=50))
def test_escaped_words_come_out_as_they_went_in(text: str) -> None:
    page = f"<p>{html.escape(text)}</p>"
    if "\\" not in text:
        assert squeeze(text) in text_of("page.html", page.encode())


# --- what is forbidden


@pytest.mark.parametrize(
    ("text", "name", "owner"),
    [
        ("建议由江门市牵头", "江门市", "江门市"),
        ("高于江门和全国", "江门", "江门市"),
        ("蓬江区托位不足", "蓬江区", "江门市"),
        ("江门市卫生健康局负责", "江门市卫生健康局", "江门市"),
        ("环市街道龙溪社区692人", "环市街道", "江门市"),
        ("其中龙溪社区最多", "龙溪社区", "江门市"),
        ("见《儿童早期发展研究中心工作方案》", "儿童早期发展研究中心工作方案", "江门市"),
        ("（江卫〔2021〕24号）", "江卫〔2021〕24号", "江门市"),
        ("参照惠州市的经验", "惠州市", "惠州市"),
        ("参照恩施州的经验", "恩施州", "恩施土家族苗族自治州"),
    ],
)
def test_names_of_other_places_are_found(look: Look, text: str, name: str, owner: str) -> None:
    assert [(one.name, one.belongs_to) for one in look(f"<p>{text}</p>")][:1] == [(name, owner)]


@pytest.mark.parametrize(
    "text",
    [
        "榆林市榆阳区和神木市托位不足，榆林高于陕西省平均",
        "参照深圳市南山区的经验，深圳较早起步",
        f"数据来源：{QUOTED}。",
        "借鉴珠海市香洲区做法，由街道办园。",
        "国家统计局《汕头市调查队年报2023》",
        "由市教育局牵头",
        "示范城市、比较城市和本市",
    ],
)
def test_own_names_and_declared_sources_may_stand(look: Look, text: str) -> None:
    assert look(f"<p>{text}</p>") == []


def test_phrase_that_only_touches_a_name_does_not_hide_it() -> None:
    """Only a phrase with the whole name in it is what its source is called."""
    forbidden = {"蓬江区": "江门市", "台山": "江门市"}

    def names(text: str, *phrases: str) -> list[str]:
        return [one.name for one in find_leftovers({"report.html": text}, forbidden, phrases)]

    assert names("见沿蓬江区办法") == ["蓬江区"]
    assert names("见沿蓬江区办法", "沿蓬江") == ["蓬江区"]
    assert names("见沿蓬江区办法", "沿蓬江区") == []
    assert names("见沿蓬江区办法，又台山", "沿蓬江区") == ["台山"]


def test_stray_name_beside_a_quoted_source_is_found(look: Look) -> None:
    (found,) = look(f"<p>数据来源：{QUOTED}。江门市托位不足。</p>")
    assert found.context.endswith("江门市托位不足。")


def test_same_document_is_a_leftover_where_nobody_declares_it(root: Path, edition: Edition, tmp_path: Path) -> None:
    source = root / "data" / "raw" / TOWN / "做法.toml"
    moved = root / "data" / "raw" / FOREIGN
    for path in (source, source.with_name(source.name + SIDECAR)):
        path.rename(moved / path.name)
    (tmp_path / "made").mkdir()
    (tmp_path / "made" / "report.html").write_text(f"<p>{QUOTED}</p>", encoding="utf-8")
    found = find_leftovers(read_products(tmp_path / "made"), *known_places(root, edition))
    assert names(found) == ["江门市政协", "社区托育民主监督报告", "江协〔2024〕48号"]


def test_declared_producer_does_not_let_a_whole_city_in(root: Path, look: Look) -> None:
    sidecar = root / "data" / "raw" / TOWN / f"做法.toml{SIDECAR}"
    sidecar.write_text(sidecar.read_text(encoding="utf-8").replace("江门市政协", "石家庄市"), encoding="utf-8")
    assert names(look("<p>石家庄市托位不足</p>")) == ["石家庄市"]


def test_short_name_within_an_own_name_is_not_searched(root: Path, look: Look) -> None:
    city = root / "data" / "raw" / FOREIGN / "city.toml"
    city.write_text('name = "阳市"\nshort = "榆阳"\n', encoding="utf-8")
    assert look("<p>榆阳托位不足</p>") == []


def test_short_name_of_a_made_up_city_is_a_word_of_the_language(root: Path, look: Look) -> None:
    city = root / "data" / "raw" / FOREIGN / "city.toml"
    city.write_text('name = "示例市"\nshort = "示例"\nsynthetic = true\n', encoding="utf-8")
    assert names(look("<p>图例示例；示例市</p>")) == ["示例市"]


def test_districts_written_otherwise_do_not_stop_the_search(root: Path, look: Look) -> None:
    city = root / "data" / "raw" / FOREIGN / "city.toml"
    city.write_text('name = "江门市"\nshort = 5\ndistricts = ["蓬江区", { name = "台山市" }]\n', encoding="utf-8")
    assert names(look("<p>江门市、蓬江区、台山市</p>")) == ["江门市", "台山市"]


def test_broken_forms_of_another_city_do_not_stop_the_search(root: Path, look: Look) -> None:
    (root / "data" / "raw" / FOREIGN / "city.toml").write_text("name = ", encoding="utf-8")
    (root / "data" / "raw" / FOREIGN / "坏.xlsx").write_bytes(b"PK")
    assert names(look("<p>江门市、蓬江区</p>")) == ["江门市"]


def test_document_belongs_to_the_city_that_its_producer_names(root: Path, look: Look) -> None:
    """The folder of one city may hold papers of another one, and of the nation."""
    folder = root / "data" / "raw" / "zhongshan"
    folder.mkdir()
    (folder / "city.toml").write_text('name = "中山市"\nshort = "中山"\n', encoding="utf-8")
    told = {
        "江门市统计局": ("江门市人口变动情况公报", "江统〔2023〕7号"),
        "国家统计局": ("全国人口变动情况抽样调查公报", "国统〔2023〕9号"),
    }
    for number, (producer, (title, paper)) in enumerate(told.items()):
        add_source(folder / f"{number}.csv", b"a", "figures", producer=producer, title=title, number=paper)
    found = look(f"<p>{'；'.join(f'{one}《{title}》{paper}' for one, (title, paper) in told.items())}</p>")
    assert {one.name: one.belongs_to for one in found} == {
        "江门市统计局": "江门市",
        "江门市人口变动情况公报": "江门市",
        "江统〔2023〕7号": "江门市",
        "全国人口变动情况抽样调查公报": "中山市",
        "国统〔2023〕9号": "中山市",
    }


def test_titles_and_numbers_that_could_be_anybodys_are_not_searched(root: Path, look: Look) -> None:
    """Seven characters of a title, three of a number: too little to say whose they are."""
    for number, (title, paper) in enumerate([("人口主要指标表", "〔7〕"), ("人口主要指标汇表", "〔70〕")]):
        path = root / "data" / "raw" / FOREIGN / f"{number}.csv"
        add_source(path, b"a", "figures", producer="统计局", title=title, number=paper)
    assert names(look("<p>人口主要指标表〔7〕</p>")) == []
    assert names(look("<p>人口主要指标汇表〔70〕</p>")) == ["人口主要指标汇表", "〔70〕"]


@pytest.mark.parametrize(("phrase", "stands"), [("与珠海市", True), ("珠海市", False)])
def test_own_paper_lets_a_phrase_stand_from_four_characters_on(
    root: Path, look: Look, phrase: str, *, stands: bool
) -> None:
    path = root / "data" / "raw" / TOWN / "记录.toml"
    add_source(path, f'[[evidence]]\ntext = "{phrase}"\n'.encode(), "evidence", producer="统计局", title="记录")
    assert (look("<p>与珠海市比较</p>") == []) is stands


def test_names_of_two_characters_and_communities_of_three_are_searched(root: Path, look: Look) -> None:
    city = root / "data" / "raw" / FOREIGN / "city.toml"
    city.write_text(OTHER.replace("台山市", "台县").replace("蓬江区", "蓬"), encoding="utf-8")
    book = Workbook()
    for row in (["街道", "社区数", "社区", "3岁以下婴幼儿数"], ["环市", 2, "龙溪村", 692], [None, None, "合计", 692]):
        book.worksheets[0].append(row)
    book.worksheets[0].merge_cells("A2:A3")
    stream = io.BytesIO()
    book.save(stream)
    (root / "data" / "raw" / FOREIGN / "社区婴幼儿数.xlsx").write_bytes(stream.getvalue())
    assert names(look("<p>台县。</p>")) == ["台县"]
    assert names(look("<p>蓬。环市。</p>")) == []
    assert names(look("<p>龙溪村。</p>")) == ["龙溪村"]


@pytest.mark.parametrize("away", [0, 11, 12, 13])
def test_context_is_twelve_characters_on_each_side(look: Look, away: int) -> None:
    (found,) = look(f"<p>{'甲' * away}江门市{'乙' * away}</p>")
    assert found.context == f"{'甲' * min(away, 12)}江门市{'乙' * min(away, 12)}"


def test_context_ends_with_its_paragraph(look: Look) -> None:
    (found,) = look("<p>前一段。</p><p>建议江门市牵头。</p><p>后一段。</p>")
    assert found.context == "建议江门市牵头。"


# --- what is said


@pytest.mark.parametrize("many", [19, 20, 21, 25])
def test_twenty_names_are_listed_and_the_rest_counted(
    root: Path, edition: Edition, look: Look, tmp_path: Path, many: int
) -> None:
    cities = [f"生造{char}市" for char in "甲乙丙丁戊己庚辛壬癸子丑寅卯辰巳午未申酉戌亥天地玄"][:many]
    districts = ", ".join(f'{{ name = "{name}", code = "440703" }}' for name in cities)
    (root / "data" / "raw" / FOREIGN / "city.toml").write_text(
        f'name = "江门市"\nshort = "江门"\ndistricts = [{districts}]\n', encoding="utf-8"
    )
    look("".join(f"<p>{name}。</p>" for name in cities))
    with pytest.raises(ContractError) as refused:
        refuse_leftovers(root, edition, read_products(tmp_path / "made"))
    lines = str(refused.value).splitlines()
    assert sum("生造" in line for line in lines) == min(many, 20)
    assert [line.strip() for line in lines if "另有" in line] == ([f"……另有 {many - 20} 个名称"] if many > 20 else [])


def test_refusal_says_where_what_and_how_to_mend(root: Path, edition: Edition, look: Look, tmp_path: Path) -> None:
    look("<p>江门市托位不足。</p><p>江门市应当加快。</p><p>蓬江区也是。</p>")
    with pytest.raises(ContractError) as refused:
        refuse_leftovers(root, edition, read_products(tmp_path / "made"))
    lines = str(refused.value).splitlines()
    assert lines[1:3] == [
        "  1. report.html：“江门市”，见“江门市托位不足。”等2处",
        "  2. report.html：“蓬江区”（属于江门市），见“蓬江区也是。”",
    ]
    assert "editions/yulin-2024-08.toml 的 benchmarks（示范城市）" in str(refused.value)
    assert "来源说明" in str(refused.value)


def test_clean_products_pass(root: Path, edition: Edition, look: Look, tmp_path: Path) -> None:
    look(f"<p>榆林市托位不足。</p><p>{QUOTED}</p>")
    refuse_leftovers(root, edition, read_products(tmp_path / "made"))


def test_benchmarks_of_the_repository_may_be_named_only_where_declared(clone: Path, tmp_path: Path) -> None:
    (tmp_path / "made").mkdir()
    page = f"<p>江门市蓬江区高于深圳市。来源：{QUOTED}；榆林市财政局。</p>"
    (tmp_path / "made" / "report.html").write_text(page, encoding="utf-8")
    words = read_products(tmp_path / "made")
    assert find_leftovers(words, *known_places(clone, load_edition(clone, "jiangmen-2024-08"))) == []
    found = find_leftovers(words, *known_places(clone, load_edition(clone, "jiangmen-2023-12")))
    assert names(found) == ["深圳市", "榆林市"]
    swapped = load_edition(clone, "jiangmen-2024-08").model_copy(update={"city": TOWN, "benchmarks": ()})
    found = find_leftovers(words, *known_places(clone, swapped))
    assert {"江门市", "蓬江区", "深圳市"} <= set(names(found))
