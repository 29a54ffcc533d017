"""The page in a real browser: every number opens its lineage, by mouse and keyboard."""

from __future__ import annotations

import copy
import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import nbformat
import pytest
from axe_core_python.sync_playwright import Axe
from conftest import document_of
from nbformat import NotebookNode
from playwright.sync_api import Page
from playwright.sync_api import sync_playwright
from sample_document import sample_document

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
    """The largest edition, with a number of whose source all is told, and the numbers behind a figure."""
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
    about["evidence"] = {"visit-1": {"document": "座谈记录", "locator": "第2页", "strength": "访谈", "caution": "一处"}}
    for cell in document.cells:
        for output in cell.get("outputs", ()):
            if output.get("metadata", {}).get("tuoyu", {}).get("id") == "fig-births":
                output.metadata["tuoyu"]["data"] = {"columns": ["年份", "出生人口"], "rows": [["2023", "28600"]]}
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
    page.click(f'main button.fact[data-id="{USE_RATE}"] >> nth=0')
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
    number = page.locator(f'main button.fact[data-id="{PLACES}"]').nth(1)
    for key in ("Enter", "Space"):
        number.focus()
        page.keyboard.press(key)
        assert page.locator("dialog#lineage").is_visible()
        assert page.evaluate("document.activeElement.id") == "lineage-title"
        page.keyboard.press("Escape")
        assert not page.locator("dialog#lineage").is_visible()
        assert page.evaluate("document.activeElement.dataset.id") == PLACES


def test_doubts_are_shown_with_the_number(page: Page) -> None:
    page.click(f'main button.fact[data-id="{SURVEYED}"] >> nth=0')
    doubts = page.locator("#lineage-body .doubt").all_inner_texts()
    assert any("不能由287份问卷中的整数人数得出" in one for one in doubts)


def test_every_number_opens(page: Page) -> None:
    opened = page.evaluate(
        """() => [...document.querySelectorAll('button.fact')].filter((b) => {
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


def test_numbers_stand_in_the_line_like_words(page: Page) -> None:
    """A control inherits the indent of its paragraph unless told otherwise, and browsers break lines beside it."""
    indents = page.evaluate(
        """() => [...document.querySelectorAll('main button.fact')].map((b) => getComputedStyle(b).textIndent)"""
    )
    assert set(indents) == {"0px"}
    page.set_viewport_size({"width": 375, "height": 800})
    parted = page.evaluate(
        """() => [...document.querySelectorAll('.whole')].filter((w) => {
            const mark = w.lastChild;
            if (mark.nodeType !== Node.TEXT_NODE) return false;
            const range = document.createRange();
            range.selectNode(mark);
            return range.getBoundingClientRect().top >= w.querySelector('button').getBoundingClientRect().bottom;
        }).map((w) => w.textContent)"""
    )
    assert parted == []


def test_no_number_of_the_key_points_the_tables_and_the_text_is_dead(page: Page) -> None:
    dead = page.evaluate(
        """() => {
            const { facts } = JSON.parse(document.getElementById('facts').textContent);
            return [...document.querySelectorAll('span.fact')].filter((s) => facts[s.dataset.id]).length;
        }"""
    )
    assert dead == 0
    for place in (".keypoints", "td", "main p"):
        assert page.locator(f"{place} button.fact").count() > 0


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
    ("exhibit", "line"), [("tab-survey", '"选托首要考虑","硬件设施","10.8%"'), ("fig-births", '"2023","28600"')]
)
def test_exhibit_gives_its_data(page: Page, exhibit: str, line: str) -> None:
    with page.expect_download() as waiting:
        page.click(f"#{exhibit} .tools button >> text=下载数据")
    text = Path(waiting.value.path()).read_text(encoding="utf-8-sig")
    assert line in text
    assert waiting.value.suggested_filename.endswith(".csv")


def test_one_heading_of_the_first_level(page: Page) -> None:
    assert page.locator("h1").count() == 1


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("name", ["report", "index", "paper"])
def test_pages_are_accessible_at_every_width_in_both_schemes(
    pages: object, address: str, tmp_path: Path, name: str, width: int, scheme: str
) -> None:
    if name != "report":
        path = tmp_path / f"{name}.html"
        path.write_text({"index": index_of_two, "paper": wide_paper}[name](), encoding="utf-8")
        address = path.as_uri()
    context = pages.new_context(viewport={"width": width, "height": 900}, color_scheme=scheme)
    opened: Page = context.new_page()
    opened.goto(address)
    assert opened.evaluate("document.documentElement.scrollWidth") <= width
    violations = Axe().run(opened)["violations"]
    context.close()
    assert [(one["id"], one["nodes"][0]["html"][:200]) for one in violations] == []


def index_of_two() -> str:
    """The list of a real edition and a made-up one that is newer."""
    figures = (("托位数", "23595个", "2024年8月底"), ("入托率", "9.7%", "2024年8月底"))
    title = "市3岁以下婴幼儿托育服务监测报告"
    about = {"subtitle": "", "status": "送审稿", "doubts": 1, "omissions": 0}
    real = Entry("jiangmen-2024-08", f"江门{title}", synthetic=False, figures=figures, as_of="2024-08", **about)
    made_up = Entry("example", f"示例{title}", synthetic=True, figures=figures[:1], as_of="2025-12", **about)
    return to_index([made_up, real])


def wide_paper() -> str:
    """A working paper with code and a table that are wider than a phone."""
    code = nbformat.v4.new_code_cell("x = 1" + "0" * 200, execution_count=1)
    columns = "".join(f"<td>第{number}列的内容</td>" for number in range(20))
    code.outputs = [nbformat.v4.new_output("display_data", {"text/html": f"<table><tr>{columns}</tr></table>"})]
    return to_paper(nbformat.v4.new_notebook(cells=[nbformat.v4.new_markdown_cell("# 整理"), code]))


def test_index_has_the_made_up_city_last_and_figures_side_by_side() -> None:
    page = index_of_two()
    assert page.index('<article id="jiangmen-2024-08">') < page.index('<article id="example">')
    assert page.index('href="#jiangmen-2024-08"') < page.index('href="#example"')
    assert "示例数据，非真实统计" in page
    assert "<td>—</td>" in page


@pytest.mark.parametrize("width", [375, 1280])
def test_sample_with_everything_is_accessible(pages: object, tmp_path: Path, width: int) -> None:
    path = tmp_path / "sample.html"
    path.write_text(to_html(sample_document(letterhead="示例市文件", synthetic=True)), encoding="utf-8")
    opened: Page = pages.new_page(viewport={"width": width, "height": 800})
    opened.goto(path.as_uri())
    assert opened.evaluate("document.documentElement.scrollWidth") <= width
    assert opened.locator(".keybox button.fact").count() > 0
    opened.click('main button.fact[data-id="use_rate"] >> nth=0')
    opened.click('dialog button[data-input="places"]')
    assert "工作表“托育”，B5" in opened.inner_text("#lineage-body")
    violations = Axe().run(opened)["violations"]
    opened.keyboard.press("Escape")
    violations += Axe().run(opened)["violations"]
    opened.close()
    assert [(one["id"], one["nodes"][0]["html"][:200]) for one in violations] == []


def test_page_reads_without_script(pages: object, address: str) -> None:
    context = pages.new_context(java_script_enabled=False)
    opened = context.new_page()
    opened.goto(address)
    assert "托位使用率" in opened.inner_text("main")
    assert not opened.locator(".hint").is_visible()
    context.close()


def test_contents_lead_to_sections(page: Page) -> None:
    page.click("nav.contents a >> text=二、存在问题")
    assert page.evaluate("location.hash") == "#s-2"


def test_print_hides_controls(page: Page) -> None:
    page.emulate_media(media="print")
    assert not page.locator("nav.contents").is_visible()
    assert page.evaluate("getComputedStyle(document.querySelector('button.fact')).borderBottomStyle") == "none"
