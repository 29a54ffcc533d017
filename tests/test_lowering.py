"""From the ordinary notebook to pandoc: what it says for other readers is taken back, and nothing poses as ours."""

from __future__ import annotations

import html
import re

import pypandoc
import pypdfium2
import pytest
import typst
from conftest import ROOT
from toy_report import FACTS
from toy_report import TEXTS
from toy_report import executed

from tuoyu.facts.wording import inert
from tuoyu.nouns.glyphs import packaged_folder
from tuoyu.render.markdown import carried
from tuoyu.render.markdown import lower
from tuoyu.render.tree import READER
from tuoyu.render.tree import pandoc
from tuoyu.text.document import assemble

LOWERED = lower(assemble(TEXTS.sections, executed("fig-a", "tab-b"), FACTS)).text


def test_headings_have_their_anchors() -> None:
    assert "## 一、基本状况 {#s-1}" in LOWERED
    assert "### （一）补足托位 {#s-3-1}" in LOWERED
    assert "# 示范城市经验 {#annex-1}" in LOWERED


def test_wrappers_and_captions_of_other_readers_are_gone() -> None:
    assert "<div" not in LOWERED
    assert LOWERED.startswith("::: keypoints\n**要点**\n\n**托位[1200个]{.fact")
    assert LOWERED.count("表1　标题tab-b") == 1
    assert "::: {.annexmark}\n附件1\n:::" in LOWERED


def test_tables_keep_their_own_ids() -> None:
    assert "[表1](#tab-b)" in LOWERED
    assert "#tab-b .exhibit" in LOWERED
    assert "tbl-" not in LOWERED


@pytest.mark.parametrize("id_", ["甲—1", 'a"b', "x&amp;y", "a\\b%E8_x*~1@2", "it's", "a]b{c}", "<b>"])
def test_id_of_any_script_comes_through(id_: str) -> None:
    text = carried(f'<span class="evidence" data-id="{html.escape(id_)}">文字</span>')
    assert html.escape(id_) in pypandoc.convert_text(text, "html", format=READER).replace("&#39;", "&#x27;")


def test_signs_of_a_quotation_are_printed_once() -> None:
    text = carried('<span class="evidence" data-id="a">难找\\*，\\[注\\]</span>')
    assert "难找*，[注]" in pypandoc.convert_text(text, "plain", format=READER)


@pytest.mark.parametrize("text", ["&lt;b&gt;镇", "A & B &amp; C &#60;", "<b>x</b>", "$\\frac{1}{2}$", "=1+1 *x*"])
def test_text_of_the_data_is_read_as_it_was_written(text: str) -> None:
    for source in (inert(text), f'<span class="fact" data-id="x">{inert(text)}</span>'):
        shown = re.sub("<[^>]+>", "", pandoc(carried(source), READER, "html5", "html.lua"))
        assert html.unescape(shown).strip() == text


@pytest.mark.parametrize("figure", ["-57.2%", "1500-2000元"])
def test_sign_and_both_ends_of_a_figure_stay_in_one_line(figure: str) -> None:
    """A minus at the end of a line is lost to whoever copies or reads the sheets again."""
    template = (ROOT / "tuoyu/render/templates/gongwen.typ").read_text("utf-8")
    rule = re.search(r"#let kept-whole = regex\(.*?\n\)", template, flags=re.DOTALL)
    assert rule
    page = (
        '#set page(width: 6.2cm)\n#set text(size: 10pt, lang: "zh", font: "Noto Serif SC")\n#set par(justify: true)\n'
    )
    for before in range(3, 14):
        text = f"{'甲' * before}变动{figure}，幅度较大"
        source = f"{page}{rule[0]}\n#show kept-whole: it => box(it + box())\n{text}"
        content = typst.compile(source.encode(), font_paths=[str(packaged_folder())])
        read = pypdfium2.PdfDocument(content)[0].get_textpage().get_text_range()
        assert figure in re.sub(" ", "", read), before
