"""What the report of each edition must say and must not say, in short statements."""

from __future__ import annotations

import re
import tomllib
from functools import cache

import pytest
from conftest import EDITIONS
from conftest import ROOT
from reported import report_of

from tuoyu.nouns.register import Policy
from tuoyu.text.layout import Heading
from tuoyu.text.layout import Shown
from tuoyu.workspace.texts import read_entries

FULL, EARLIER = "jiangmen-2024-08", "jiangmen-2023-12"
BRIEFINGS = ("shenzhen-2024", "yulin-2024", "ordos-2024")
SHORT = {"jiangmen": "江门", "shenzhen": "深圳", "yulin": "榆林", "ordos": "鄂尔多斯"}
MARKUP = re.compile(r"<[^>]+>|\*\*")
# what stood in 《》 although nothing bears that name
NO_TITLES = ("社区托育民主监督报告", "托幼一体化与普惠托育的集体提案")


def paragraphs(name: str) -> list[tuple[str, str]]:
    """Stem of the section and text of every paragraph."""
    pieces = report_of(name).layout.pieces
    return [(one.section.stem, MARKUP.sub("", one.content)) for one in pieces if isinstance(one.content, str)]


@cache
def titles() -> frozenset[str]:
    """Every title that the registers and the papers of the raw files know."""
    entries = read_entries(ROOT)
    told = [value for one in entries for value in one.model_dump(mode="json").values()]
    known = {title for text in told if isinstance(text, str) for title in re.findall("《([^》]+)》", text)}
    known |= {one.title.strip("《》") for one in entries if isinstance(one, Policy)}
    for path in (ROOT / "data/raw").glob("*/*.source.toml"):
        known |= set(re.findall("《([^》]+)》", str(tomllib.loads(path.read_text(encoding="utf-8")).get("title", ""))))
    return frozenset(known)


@pytest.mark.parametrize("name", EDITIONS)
def test_other_cities_are_named_only_where_they_are_looked_at(name: str) -> None:
    report = report_of(name)
    assert report.facts.city
    about = {report.facts.city.folder, *(one.folder for one in report.facts.benchmarks)}
    assert [short for folder, short in SHORT.items() if folder not in about and short in report.text] == []


@pytest.mark.parametrize("name", BRIEFINGS)
def test_a_briefing_names_no_other_city_in_its_text(name: str) -> None:
    report = report_of(name)
    assert report.facts.city
    own = report.facts.city.short
    assert [short for short in SHORT.values() if short != own and short in report.text] == []


@pytest.mark.parametrize("name", EDITIONS)
def test_one_voice_through_the_whole_text(name: str) -> None:
    text = report_of(name).main_text
    wrong, right = ("我市", "该市") if name in BRIEFINGS else ("该市", "我市")
    assert right in text
    assert not [word for word in (wrong, "本市", "我们", "本期报告") if word in text]


@pytest.mark.parametrize("name", EDITIONS)
def test_recommendations_stand_in_reports_only(name: str) -> None:
    text = report_of(name).text
    assert ("本项工作由" in text) is (name not in BRIEFINGS)
    assert ("任务清单" in text) is (name not in BRIEFINGS)


@pytest.mark.parametrize("name", EDITIONS)
def test_no_word_stands_twice_and_no_amount_is_below_zero(name: str) -> None:
    text = report_of(name).text
    assert not re.findall(r"约约|约有约|约超过|超过超过|不足不足|。。|，，|；。|，。|（）|“”", text)
    assert not re.findall(r"[^\d〔a-z#]-\d", text)
    assert not re.findall(r"(?:还差|相差|高出|低|高|少|多)约?0(?:\.0+)?(?:个|人|元)", text)


@pytest.mark.parametrize("name", EDITIONS)
def test_titles_are_titles(name: str) -> None:
    printed = set(re.findall("《([^》]+)》", report_of(name).text))
    assert printed - titles() == set()
    assert not [one for one in printed if any(wrong in one for wrong in NO_TITLES)]


@pytest.mark.parametrize("name", EDITIONS)
def test_no_document_is_younger_than_the_edition(name: str) -> None:
    report = report_of(name)
    edition = report.facts.edition
    assert edition
    cited = report.cited("policy")
    assert not [one.id for one in report.facts.policies if one.id in cited and not one.known_by(edition.as_of)]
    assert ("二十届三中全会" in report.text) is (name == FULL)


@pytest.mark.parametrize("name", [FULL, EARLIER])
def test_recommendations_are_to_be_done_after_the_edition(name: str) -> None:
    report = report_of(name)
    edition = report.facts.edition
    assert edition
    dates = re.findall(r"建议(\d{4})年(\d{1,2})月底前完成", report.text)
    assert dates
    assert all((int(year), int(month)) > (edition.as_of.year, edition.as_of.month) for year, month in dates)


@pytest.mark.parametrize("name", [FULL, EARLIER])
def test_every_recommendation_says_once_who_leads_and_what_it_costs_and_is_measured_by(name: str) -> None:
    written = [one.stem for one in report_of(name).layout.sections if one.kind == "建议"]
    assert written
    for stem in written:
        text = "".join(paragraph for found, paragraph in paragraphs(name) if found == stem)
        assert text.count("牵头") == 1 + text.count("由市长牵头"), stem
        assert "成效以" in text, stem
        assert re.search("测算|预算|万元", text), stem


@pytest.mark.parametrize("name", EDITIONS)
def test_no_section_is_empty(name: str) -> None:
    pieces = report_of(name).layout.pieces
    for piece, following in zip(pieces, [*pieces[1:], None], strict=True):
        if isinstance(piece.content, Heading):
            assert following is not None, piece.content.text
            deeper = isinstance(following.content, Heading) and following.content.level > piece.content.level
            assert deeper or not isinstance(following.content, Heading), piece.content.text


@pytest.mark.parametrize("name", BRIEFINGS)
def test_a_briefing_has_no_heading_over_a_single_sentence(name: str) -> None:
    for section in report_of(name).layout.sections:
        if section.kind in {"章", "节"}:
            text = "".join(paragraph for stem, paragraph in paragraphs(name) if stem == section.stem)
            assert text.count("。") > 1, section.stem


@pytest.mark.parametrize("name", EDITIONS)
def test_the_text_does_not_speak_of_what_made_it(name: str) -> None:
    words = ("程序", "脚本", "自动生成", "本系统", "可以复算", "查到出处", "代码", "占位")
    assert not [word for word in words if word in report_of(name).main_text]


def test_the_summary_is_five_sentences_with_a_number_each() -> None:
    told = [text for stem, text in paragraphs(FULL) if stem == "要点"]
    assert len(told) == 5
    assert all(text.count("。") == 1 and re.search(r"\d", text) for text in told)


def test_the_full_report_is_full() -> None:
    report = report_of(FULL)
    main = [one.content for one in report.layout.pieces if one.section.order < 900]
    shown = [one.kind for one in main if isinstance(one, Shown)]
    assert len(report.main_text) >= 9000
    assert shown.count("figure") >= 8
    assert shown.count("table") >= 8
    assert len(report.cited("fact")) >= 100


@pytest.mark.parametrize("name", [FULL, EARLIER])
def test_doubtful_figures_are_never_told_without_their_doubt(name: str) -> None:
    """The fee of 2021 that equals the national average, and the target that looks like a target for places."""
    doubt = re.compile("核实|核对|核清|查清|调查")
    told = {}
    for stem, paragraph in paragraphs(name):
        told[stem] = told.get(stem, "") + paragraph
    doubtful = re.compile(r"2700元|28\.6%的|目标是28\.6%|入托率目标为28\.6%")
    doubted = {stem: doubt.search(text) for stem, text in told.items() if doubtful.search(text)}
    assert doubted
    assert [stem for stem, found in doubted.items() if not found] == []


def test_the_earlier_edition_has_the_problems_and_measures_of_its_source() -> None:
    text = report_of(EARLIER).text
    for problem in ("没有联合执法", "四个方面的限制", "提供普惠托育的机构", "托育指导站、亲子活动室", "机构多为小规模"):
        assert problem in text
    for measure in ("联合检查", "托幼一体化", "三方分担成本", "四级公共服务体系", "共建机制"):
        assert measure in text
    assert "问卷的部分占比" not in text
    assert "2024年8月" not in text


def test_briefings_share_no_paragraph_on_what_the_cities_do() -> None:
    told = [{text for stem, text in paragraphs(name) if stem == "简报-政策和做法"} for name in BRIEFINGS]
    assert all(told)
    assert sum(map(len, told)) == len(set.union(*told))
