"""The page in a real browser: every number opens its lineage, by mouse and keyboard."""

from __future__ import annotations

import copy
import os
import shutil
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import nbformat
import pytest
from axe_core_python.sync_playwright import Axe
from conftest import document_of
from nbformat import NotebookNode
from playwright.sync_api import Page
from playwright.sync_api import sync_playwright
from sample_document import sample_document
from sample_document import table

from tuoyu.render.html import to_html
from tuoyu.render.index import Entry
from tuoyu.render.index import to_index
from tuoyu.render.papers import to_paper

CHROMIUM = os.environ.get("CHROME") or shutil.which("chromium") or shutil.which("chromium-browser")
ENROLLED, PLACES, USE_RATE = (f"{name}.440700.2024-08-31" for name in ("enrolled", "places", "use_rate"))
SURVEYED = "survey_site_community.440700.2024"
WIDTHS = (390, 1000, 1400)
FLAGS = ["--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking", "--disable-sync"]

if CHROMIUM is None and "CI" not in os.environ:
    pytest.skip("没有 Chromium，略过网页测试（CI 中不得略过）", allow_module_level=True)


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> str:
    path: Path = tmp_path_factory.mktemp("page") / "report.html"
    path.write_text(to_html(full_document()), encoding="utf-8")
    return path.as_uri()


def full_document() -> NotebookNode:
    """The largest edition, with a number of whose source all is told."""
    document = copy.deepcopy(document_of("jiangmen-2024-08"))
    about = document.metadata["tuoyu"]
    told = {
        "locator": "第三部分",
        "transcription": "本中心摘录，非原始文件",
        "confidence": "高",
        "published": "2024-10",
    }
    for origin in about["facts"][ENROLLED]["origins"]:
        origin.update(told)
    return document


@pytest.fixture(scope="module")
def pages() -> Iterator[object]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield browser
        browser.close()


@pytest.fixture
def page(pages: object, address: str) -> Iterator[Page]:
    opened: Page = pages.new_page(viewport={"width": 1280, "height": 900})
    complaints: list[str] = []
    opened.on("console", lambda message: complaints.append(message.text))
    opened.on("pageerror", lambda error: complaints.append(str(error)))
    opened.on("request", lambda request: complaints.append(request.url) if request.url != address else None)
    opened.goto(address)
    yield opened
    opened.close()
    assert complaints == []


def test_number_opens_its_formula_inputs_source_and_cell(page: Page) -> None:
    page.click(f'main .fact[data-id="{USE_RATE}"]:visible >> nth=0')
    dialog = page.locator("dialog#lineage")
    assert dialog.is_visible()
    text = dialog.inner_text()
    for part in ("托位使用率", "38.2%", "约38.237%", "在托人数÷托位数×100%", "2024年8月底", "在托人数", "托位数"):
        assert part in text
    page.click(f'dialog button[data-input="{ENROLLED}"]')
    text = dialog.inner_text()
    source = ("江协〔2024〕48号", "第三部分", "本中心摘录，非原始文件", "高", "2024-10")
    for part in ("原始数据", *source, "data/raw/jiangmen/社区托育民主监督报告摘录.csv", "9022人"):
        assert part in text
    page.click("#lineage-back")
    assert "托位使用率" in page.inner_text("#lineage-title")
    page.click(f'dialog button[data-input="{PLACES}"]')
    text = dialog.inner_text()
    assert "正文一、（二）一是" in text  # what the number itself knows of its source comes before what the sidecar says
    assert "第三部分" not in text


def test_keyboard_opens_and_escape_returns_to_the_number(page: Page) -> None:
    number = page.locator(f'main .fact[data-id="{PLACES}"]').nth(1)
    for key in ("Enter", "Space"):
        number.focus()
        page.keyboard.press(key)
        assert page.locator("dialog#lineage").is_visible()
        assert page.evaluate("document.activeElement.id") == "lineage-title"
        page.keyboard.press("Escape")
        assert not page.locator("dialog#lineage").is_visible()
        assert page.evaluate("document.activeElement.dataset.id") == PLACES


def test_doubts_are_shown_with_the_number(page: Page) -> None:
    page.click(f'main .fact[data-id="{SURVEYED}"]:visible >> nth=0')
    doubts = page.locator("#lineage-body .doubt").all_inner_texts()
    assert any("不能由287份问卷中的整数人数得出" in one for one in doubts)


def test_every_number_opens(page: Page) -> None:
    opened = page.evaluate(
        """() => [...document.querySelectorAll('main .fact')].filter((b) => {
            b.click();
            const good = document.querySelectorAll('#lineage-body dt').length > 3;
            document.getElementById('lineage').close();
            return !good;
        }).map((b) => b.dataset.id)"""
    )
    assert opened == []


@pytest.mark.parametrize("width", [375, 768, 1280])
def test_nothing_runs_over_the_edge(page: Page, width: int) -> None:
    page.set_viewport_size({"width": width, "height": 800})
    assert page.evaluate("document.documentElement.scrollWidth") <= width


def test_letters_of_figures_are_legible_on_a_phone(page: Page) -> None:
    page.set_viewport_size({"width": 375, "height": 800})
    sizes = page.evaluate(
        """() => [...document.querySelectorAll('.drawing svg')].map((svg) => {
            const scale = svg.getBoundingClientRect().width / svg.viewBox.baseVal.width;
            const letters = [...svg.querySelectorAll('text')].map((one) => parseFloat(getComputedStyle(one).fontSize));
            return scale * Math.min(...letters);
        })"""
    )
    assert min(sizes) >= 10
    figure = page.locator(".drawing.wide").first
    assert figure.evaluate("(one) => one.tabIndex") == 0  # keys move it
    page.set_viewport_size({"width": 1280, "height": 900})
    assert page.locator(".drawing.wide, .drawing[tabindex]").count() == 0


def test_no_line_begins_with_a_mark_of_punctuation_or_a_note(page: Page) -> None:
    """Numbers and notes stand in the line like words: a browser must find no place to break it beside them."""
    page.set_viewport_size({"width": 375, "height": 800})
    parted = page.evaluate(
        """() => {
            const top = (node, at) => {
                const range = document.createRange();
                range.setStart(node, at);
                range.setEnd(node, at + 1);
                return range.getBoundingClientRect();
            };
            const found = [];
            for (const one of document.querySelectorAll('main p .fact, main p .noteref a')) {
                const [last, next] = [one.lastChild, (one.closest('sup') || one).nextSibling];
                const end = top(last, last.data.length - 1);
                const text = next && next.nodeType === Node.TEXT_NODE ? next.data : '';
                const mark = '，。、；：？！）》”'.includes(text[0]);
                if (text && mark && top(next, 0).top > end.bottom) found.push(one.textContent + text[0]);
                const before = one.closest('sup') && one.closest('sup').previousSibling;
                if (!before || before.nodeType !== Node.TEXT_NODE || !before.data.trim()) continue;
                if (end.top > top(before, before.data.length - 1).bottom) found.push(before.data + one.textContent);
            }
            return found;
        }"""
    )
    assert parted == []


def test_no_number_of_the_key_points_the_tables_and_the_text_is_dead(page: Page) -> None:
    assert page.locator("main .fact:not([role=button])").count() == 0
    for place in (".keypoints", "td", "main p", ".data td"):
        assert page.locator(f"{place} .fact[role=button]").count() > 0


def test_doubt_is_told_by_more_than_colour(page: Page) -> None:
    number = page.locator(f'main .fact[data-id="{SURVEYED}"]').first
    assert page.locator(f"#{number.get_attribute('aria-describedby')}").text_content() == "有核验意见"
    style = "getComputedStyle(one).textDecorationStyle"
    assert number.evaluate(f"(one) => {style}") == "wavy"
    assert page.locator(f'main .fact[data-id="{USE_RATE}"]').first.evaluate(f"(one) => {style}") == "dotted"


def test_note_opens_what_is_told_of_the_evidence(page: Page) -> None:
    note = page.locator('main .noteref a[data-kind="evidence"]').first
    note.click()
    assert "出自" in page.inner_text("#lineage-body")
    page.keyboard.press("Escape")
    assert note.evaluate("(one) => one === document.activeElement")


def test_document_opens_by_mouse_and_key(page: Page) -> None:
    title = page.locator('main .policy[data-id="guobanfa-2019-15"]').first
    title.click()
    assert "国务院办公厅" in page.inner_text("#lineage-body")
    page.keyboard.press("Escape")
    assert page.evaluate("document.activeElement.dataset.id") == "guobanfa-2019-15"
    page.keyboard.press("Enter")
    assert page.locator("dialog#lineage").is_visible()


def test_section_in_sight_is_marked_in_the_contents(page: Page) -> None:
    page.evaluate("document.getElementById('s-2').scrollIntoView()")
    page.wait_for_selector('nav.contents a[aria-current="location"]')
    assert page.inner_text('nav.contents a[aria-current="location"]') == "二、存在问题"


def test_search_finds_words_across_controls(page: Page) -> None:
    page.fill("#search", "托位使用率为38.2%")
    page.keyboard.press("Enter")
    assert page.inner_text("#found").startswith("第 1 处，共 ")
    page.fill("#search", "没有这句话")
    page.keyboard.press("Enter")
    assert page.inner_text("#found") == "没有找到"


def test_figure_enlarges_and_returns(page: Page) -> None:
    page.click("#fig-births .tools button >> text=放大")
    assert page.locator("#enlarged svg").is_visible()
    page.keyboard.press("Escape")
    assert page.locator("#fig-births svg").count() == 1


@pytest.mark.parametrize(
    ("exhibit", "line"),
    [("tab-survey", '"选托首要考虑","硬件设施","10.8%"'), ("fig-births", '"2023年","","28600","人","2023年"')],
)
def test_exhibit_gives_its_data(page: Page, exhibit: str, line: str) -> None:
    with page.expect_download() as waiting:
        page.click(f"#{exhibit} .tools button >> text=下载数据")
    content = Path(waiting.value.path()).read_bytes()
    assert content.startswith(b"\xef\xbb\xbf")  # else spreadsheets of Chinese offices read it as GBK
    assert line in content.decode("utf-8-sig")
    assert waiting.value.suggested_filename.endswith(".csv")


def test_one_heading_of_the_first_level(page: Page) -> None:
    assert page.locator("h1").count() == 1


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("name", ["brief", "index", "paper"])
def test_pages_are_accessible_at_every_width_in_both_schemes(
    pages: object, tmp_path: Path, name: str, scheme: str
) -> None:
    path = tmp_path / f"{name}.html"
    path.write_text({"brief": brief, "index": index_of_two, "paper": wide_paper}[name](), encoding="utf-8")
    opened: Page = pages.new_page(color_scheme=scheme)
    opened.goto(path.as_uri())
    violations = []
    for width in WIDTHS:
        opened.set_viewport_size({"width": width, "height": 900})
        assert opened.evaluate("document.documentElement.scrollWidth") <= width
        violations += [(width, one) for one in Axe().run(opened)["violations"]]
    opened.close()
    assert [(width, one["id"], one["nodes"][0]["html"][:200]) for width, one in violations] == []


@cache
def brief() -> str:
    """A short report of all that a report looks like; the longest is seen once, with its list of numbers."""
    return to_html(document_of("ordos-2024"))


def index_of_two() -> str:
    """The list of a real edition and a made-up one that is newer."""
    figures = (("托位数", "23595个", "2024年8月底"), ("入托率", "9.7%", "2024年8月底"))
    about = {"subtitle": "（截至2024年8月底）", "status": "送审稿", "doubts": 1, "omissions": 0}
    title = "3岁以下婴幼儿托育服务监测报告"
    real = {"synthetic": False, "figures": figures, "as_of": "2024-08", "city": "江门市"}
    made_up = {"synthetic": True, "figures": figures[:1], "as_of": "2025-12", "city": "示例市"}
    editions = [
        Entry(name, f"{one['city']}{title}", **about, **one)
        for name, one in (("example", made_up), ("jiangmen-2024-08", real))
    ]
    return to_index(editions)


def wide_paper() -> str:
    """A working paper with code and a table that are wider than a phone."""
    code = nbformat.v4.new_code_cell("x = 1" + "0" * 200, execution_count=1)
    columns = "".join(f"<td>第{number}列的内容</td>" for number in range(20))
    code.outputs = [nbformat.v4.new_output("display_data", {"text/html": f"<table><tr>{columns}</tr></table>"})]
    return to_paper(nbformat.v4.new_notebook(cells=[nbformat.v4.new_markdown_cell("# 整理"), code]))


def test_index_has_the_made_up_city_last_and_figures_side_by_side() -> None:
    page = index_of_two()
    assert page.index('<article id="jiangmen-2024-08">') < page.index('<article id="example"')
    table = page[: page.index("</table>")]
    assert table.index('href="jiangmen-2024-08/report.html">江门市</a>') < table.index(
        'href="example/report.html">示例市'
    )
    assert table.count('<td class="none">—</td>') == 1
    for part in (table, page[page.index('<article id="example"') :]):
        assert part.count("示例数据，非真实统计") == 1
    assert 'href="jiangmen-2024-08/report.html#review">数字核对</a>' in page


@pytest.mark.parametrize("width", [375, 1280])
def test_sample_with_everything_is_accessible(pages: object, tmp_path: Path, width: int) -> None:
    path = tmp_path / "sample.html"
    path.write_text(to_html(sample_document(letterhead="示例市文件", synthetic=True)), encoding="utf-8")
    opened: Page = pages.new_page(viewport={"width": width, "height": 800})
    opened.goto(path.as_uri())
    assert opened.evaluate("document.documentElement.scrollWidth") <= width
    assert opened.locator(".keybox .fact").count() > 0
    opened.click('main .fact[data-id="use_rate"] >> nth=0')
    opened.click('dialog button[data-input="places"]')
    assert "工作表“托育”，B5" in opened.inner_text("#lineage-body")
    violations = Axe().run(opened)["violations"]
    opened.keyboard.press("Escape")
    violations += Axe().run(opened)["violations"]
    opened.close()
    assert [(one["id"], one["nodes"][0]["html"][:200]) for one in violations] == []


def test_text_of_others_is_no_formula_in_a_file(pages: object, tmp_path: Path) -> None:
    cells = ["=1+1", "+1+1", "-1+1", "@A1", "＝1", "-5.2%", "−3", "-12.5", "甲=1"]
    document = sample_document()
    document.cells.append(table("tab-foreign", [["名称"], *[[one] for one in cells]], widths=[1]))
    (tmp_path / "page.html").write_text(to_html(document), encoding="utf-8")
    opened: Page = pages.new_page()
    opened.goto((tmp_path / "page.html").as_uri())
    with opened.expect_download() as waiting:
        opened.click("#tab-foreign .tools button")
    lines = Path(waiting.value.path()).read_text(encoding="utf-8-sig").splitlines()[1:]
    opened.close()
    assert lines == [*(f'"\'{one}"' for one in cells[:5]), *(f'"{one}"' for one in cells[5:])]


# 数字核对


def open_review(page: Page) -> None:
    page.click("header.title >> text=数字核对")
    assert page.locator("#review").is_visible()


def choose(page: Page, name: str, label: str) -> list[str]:
    """Numbers that the list shows once a filter is set."""
    page.select_option(f"#review-filter select[name={name}]", label=label)
    return page.locator("#review-list .number").all_text_contents()


def test_review_lists_every_printed_number_in_order(page: Page) -> None:
    printed = page.locator("main .fact").all_text_contents()
    open_review(page)
    assert page.locator("#review-list .number").all_text_contents() == printed
    first = page.locator("#review-list > li", has_text="在托人数÷托位数×100%").first.inner_text()
    for part in ("38.2%", "约38.237%（2024年8月底）", "在托人数9022人、托位数23595个", "江协〔2024〕48号"):
        assert part in first


def test_review_is_filtered_by_section_source_doubt_and_words(page: Page) -> None:
    open_review(page)
    everything = page.locator("#review-list > li").count()
    doubtful = choose(page, "doubt", "有核验意见")
    assert 0 < len(doubtful) < everything
    assert page.locator("#review-list .doubt").count() >= len(doubtful)
    choose(page, "doubt", "全部数字")
    places = page.locator("#review-list .place")
    choose(page, "section", "（二）托育供给分析")
    assert all("托育供给分析" in one for one in places.all_text_contents())
    choose(page, "section", "全部章节")
    assert (
        0 < len(choose(page, "source", page.locator("select[name=source] option").nth(1).text_content())) < everything
    )
    choose(page, "source", "全部来源")
    page.fill("#review-filter input", "摘录.csv，D28")
    assert 0 < page.locator("#review-list > li").count() < everything
    page.fill("#review-filter input", "没有这样的数字")
    assert page.inner_text("#review-count").startswith("列出0处")


def test_review_tells_what_hangs_on_a_cell(page: Page) -> None:
    """All numbers that are computed from the cell, however far, wherever they are printed; and no others."""
    page.click(f'main .fact[data-id="{ENROLLED}"]:visible >> nth=0')
    page.click("#lineage-body dt:text('单元格改动') + dd button")
    assert "D28" in page.inner_text("#review-cause")
    hanging = page.evaluate(
        """(cell) => {
            const { facts } = JSON.parse(document.getElementById('facts').textContent);
            const hangs = (id) => facts[id].origins.some((one) => one.cell === cell && one.file.includes('民主监督'))
                || facts[id].inputs.some(hangs);
            const numbers = [...document.querySelectorAll('main .fact')];
            return numbers.filter((one) => hangs(one.dataset.id)).map((one) => one.textContent);
        }""",
        "D28",
    )
    assert page.locator("#review-list .number").all_text_contents() == hanging
    assert "38.2%" in hanging
    page.click("#review-turns summary")
    turning = page.locator("#review-turns li")
    heading = turning.get_by_text("托位使用率偏低", exact=True)  # the problem is named because of the number
    assert turning.count() > heading.count() == 1
    heading.click()
    assert page.evaluate("document.activeElement.textContent").startswith("（二）托位使用率偏低")
    page.click("header.title >> text=数字核对")
    assert page.locator("#review-list > li").count() > len(hanging)


def test_review_leads_to_the_place_in_the_text_by_keyboard(page: Page) -> None:
    page.locator("header.title a >> text=数字核对").focus()
    page.keyboard.press("Enter")
    page.locator("#review-list .place").nth(40).focus()
    page.keyboard.press("Enter")
    assert not page.locator("#review").is_visible()
    assert page.evaluate("[...document.querySelectorAll('main .fact')].indexOf(document.activeElement)") == 40
    assert page.evaluate("location.hash") == ""


def test_longest_report_is_accessible(page: Page) -> None:
    assert [(one["id"], one["nodes"][0]["html"][:200]) for one in Axe().run(page)["violations"]] == []


@pytest.mark.parametrize(("width", "scheme"), [(390, "dark"), (1400, "light")])
def test_review_is_accessible(pages: object, address: str, width: int, scheme: str) -> None:
    context = pages.new_context(viewport={"width": width, "height": 900}, color_scheme=scheme)
    opened: Page = context.new_page()
    opened.goto(f"{address}#review")
    opened.fill("#review-filter input", "托位使用率")
    violations = Axe().run(opened, context="#review")["violations"]
    context.close()
    assert [(one["id"], one["nodes"][0]["html"][:200]) for one in violations] == []


def test_page_reads_without_script(pages: object, address: str) -> None:
    context = pages.new_context(java_script_enabled=False)
    opened = context.new_page()
    opened.goto(address)
    assert "托位使用率" in opened.inner_text("main")
    assert not opened.locator("a[href='#review']").is_visible()
    opened.click(".noteref a >> nth=0")
    assert opened.locator("#note-1").is_visible()
    opened.click("figure summary >> nth=0")
    assert opened.locator("figure details td").first.is_visible()
    context.close()


def test_contents_lead_to_sections(page: Page) -> None:
    page.click("nav.contents a >> text=二、存在问题")
    assert page.evaluate("location.hash") == "#s-2"


def test_print_hides_controls(page: Page) -> None:
    page.emulate_media(media="print")
    assert not page.locator("nav.contents").is_visible()
    drawn = "getComputedStyle(document.querySelector('main .fact%s')).textDecorationLine"
    assert page.evaluate(drawn % ":not(.doubtful)") == "none"
    assert page.evaluate(drawn % ".doubtful") == "underline"
