"""The page in a real browser: every number opens its lineage, by mouse and keyboard."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from axe_core_python.sync_playwright import Axe
from conftest import document_of
from playwright.sync_api import Page
from playwright.sync_api import sync_playwright
from sample_document import sample_document

from tuoyu.render.html import to_html

CHROMIUM = os.environ.get("CHROME") or shutil.which("chromium") or shutil.which("chromium-browser")
FLAGS = ["--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking", "--disable-sync"]

if CHROMIUM is None and "CI" not in os.environ:
    pytest.skip("没有 Chromium，略过网页测试（CI 中不得略过）", allow_module_level=True)


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> str:
    path: Path = tmp_path_factory.mktemp("page") / "report.html"
    path.write_text(to_html(document_of("jiangmen-2024-08")), encoding="utf-8")
    return path.as_uri()


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
    page.click('main button.fact[data-id="use_rate"]')
    dialog = page.locator("dialog#lineage")
    assert dialog.is_visible()
    text = dialog.inner_text()
    for part in ("托位使用率", "38.2%", "在托人数÷托位数×100%", "2024年8月底", "在托人数", "托位数"):
        assert part in text
    page.click('dialog button[data-input="enrolled"]')
    text = dialog.inner_text()
    for part in ("原始数据", "江协〔2024〕48号", "data/raw/jiangmen/社区托育民主监督报告摘录.csv", "9022人"):
        assert part in text
    page.click("#lineage-back")
    assert "托位使用率" in page.inner_text("#lineage-title")


def test_keyboard_opens_and_escape_returns_to_the_number(page: Page) -> None:
    number = page.locator('main button.fact[data-id="places"]').nth(1)
    for key in ("Enter", "Space"):
        number.focus()
        page.keyboard.press(key)
        assert page.locator("dialog#lineage").is_visible()
        assert page.evaluate("document.activeElement.id") == "lineage-title"
        page.keyboard.press("Escape")
        assert not page.locator("dialog#lineage").is_visible()
        assert page.evaluate("document.activeElement.dataset.id") == "places"


def test_doubts_are_shown_with_the_number(page: Page) -> None:
    page.click('main button.fact[data-id="survey_site_community"] >> nth=0')
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


@pytest.mark.parametrize("width", [375, 1280])
def test_sample_with_everything_is_accessible(pages: object, tmp_path: Path, width: int) -> None:
    path = tmp_path / "sample.html"
    path.write_text(to_html(sample_document(letterhead="示例市文件", synthetic=True)), encoding="utf-8")
    opened: Page = pages.new_page(viewport={"width": width, "height": 800})
    opened.goto(path.as_uri())
    assert opened.evaluate("document.documentElement.scrollWidth") <= width
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


def test_accessibility(page: Page) -> None:
    for violation in Axe().run(page)["violations"]:
        pytest.fail(f"{violation['id']}: {violation['help']} {violation['nodes'][0]['html'][:200]}")


def test_contents_lead_to_sections(page: Page) -> None:
    page.click("nav.contents a >> text=二、存在问题")
    assert page.evaluate("location.hash") == "#s-2"


def test_print_hides_controls(page: Page) -> None:
    page.emulate_media(media="print")
    assert not page.locator("nav.contents").is_visible()
    assert page.evaluate("getComputedStyle(document.querySelector('button.fact')).borderBottomStyle") == "none"
