"""The pictures of README and handbook, taken anew: ``python tests/pictures.py``.

Needs what the tests need (Chromium, poppler, LibreOffice) and the edition jiangmen-2024-08 in ``reports/``.
"""

from __future__ import annotations

import shutil
import subprocess
import tempfile
from pathlib import Path

from PIL import Image
from playwright.sync_api import Browser
from playwright.sync_api import sync_playwright

from tuoyu.nouns.glyphs import packaged_folder

ROOT = Path(__file__).resolve().parents[1]
PICTURES = ROOT / "docs/handbook/pictures"
EDITION = "jiangmen-2024-08"
REPORT = ROOT / "reports" / EDITION
COLOURS = 64
"""A palette of so many colours keeps a page of text small and legible."""
FONTS = """<?xml version="1.0"?>
<!DOCTYPE fontconfig SYSTEM "fonts.dtd">
<fontconfig><dir>{packaged}</dir><cachedir>{scratch}</cachedir></fontconfig>
"""
"""The packaged faces for the browser, so that the pictures do not depend on the machine."""


def saved(image: Image.Image, name: str) -> None:
    image.convert("RGB").quantize(COLOURS, dither=Image.Dither.NONE).save(PICTURES / name, optimize=True)


def page_of_the_report(browser: Browser, scratch: Path) -> None:
    page = browser.new_page(viewport={"width": 1280, "height": 760})
    page.goto((REPORT / "report.html").as_uri())
    page.locator("main p .fact").first.click()  # computed: definition, formula and figures used
    page.wait_for_timeout(400)
    page.screenshot(path=scratch / "report.png")
    saved(Image.open(scratch / "report.png"), "report.png")
    page.close()


def pages_of_the_pdf(scratch: Path) -> None:
    command = ["pdftoppm", "-r", "55", "-png", "-f", "1", "-l", "4", REPORT / "report.pdf", scratch / "pdf"]
    subprocess.run(command, check=True)
    pages = [Image.open(path) for path in sorted(scratch.glob("pdf-*.png"))]
    gap = 12
    sheet = Image.new("RGB", (sum(page.width + gap for page in pages) + gap, pages[0].height + 2 * gap), "#d9d9d9")
    left = gap
    for page in pages:
        sheet.paste(page, (left, gap))
        left += page.width + gap
    saved(sheet, "pdf.png")


def main() -> None:
    PICTURES.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        scratch = Path(folder)
        fonts = scratch / "fonts.conf"
        fonts.write_text(FONTS.format(packaged=packaged_folder(), scratch=scratch), encoding="utf-8")
        browser = playwright.chromium.launch(
            executable_path=shutil.which("chromium"), args=["--no-sandbox"], env={"FONTCONFIG_FILE": str(fonts)}
        )
        page_of_the_report(browser, scratch)
        pages_of_the_pdf(scratch)
        browser.close()


if __name__ == "__main__":
    main()
