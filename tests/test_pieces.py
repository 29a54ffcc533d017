"""A page from pieces that were converted before is the page that is made anew, whatever was edited in between."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest
from sample_document import prose_cell
from sample_document import sample_document
from toy_report import FACTS
from toy_report import FILES
from toy_report import executed

from tuoyu.nouns.errors import RenderError
from tuoyu.render import pieces
from tuoyu.render import tree
from tuoyu.render.html import to_html
from tuoyu.render.markdown import Part
from tuoyu.render.pdf import to_typst
from tuoyu.render.tree import READER
from tuoyu.render.tree import TREE
from tuoyu.render.word import to_word
from tuoyu.text.document import assemble
from tuoyu.text.texts import Texts

EDITS = (
    *(("状况.md", "甲项", "丙项"), ("状况.md", "{{ 点 }}甲项", "**甲项。**{{ 点 }}甲项")),
    *(("状况.md", "when: 有 托位数", "when: 缺 托位数"), ("口径.md", "order: 11", "order: 8.5")),
    *(("状况.md", "[fig-a, tab-b, fig-c]", "[tab-b, fig-c, fig-a]"), ("口径.md", "title: 口径", "title: 方法")),
    *(("市外.md", "kind: 附件", "kind: 章"), ("各市.md", "现有托位", "[注]: ```现有托位")),
    ("补托位.md", "按街道", "[一]: 乙，*按街道"),
)


def page(files: dict[str, bytes], known: dict[Part, str] | None = None) -> str:
    return to_html(assemble(Texts.read(files).sections, executed("fig-a", "tab-b", "fig-c"), FACTS), known=known)


def test_every_edit_gives_the_page_that_is_made_anew(monkeypatch: pytest.MonkeyPatch) -> None:
    converted: list[int] = []
    real = pieces._converted

    def counted(parts: list[Part]) -> list[str]:
        converted.append(len(parts))
        return real(parts)

    monkeypatch.setattr(pieces, "_converted", counted)
    known: dict[Part, str] = {}
    pages = [page(FILES, known)]
    for file, before, after in EDITS:
        edited = {**FILES, file: FILES[file].decode().replace(before, after).encode()}
        assert edited != FILES
        pages.append(page(edited, known))
        anew = page(edited)
        assert pages[-1] == anew
        assert converted[-2] < converted[-1]
    assert len(set(pages)) == len(pages)
    assert page(FILES, known) == pages[0]


def test_nothing_is_converted_twice(monkeypatch: pytest.MonkeyPatch) -> None:
    known: dict[Part, str] = {}
    first = to_html(sample_document(), known=known)
    monkeypatch.setattr(pieces, "pandoc", None)
    assert to_html(sample_document(), known=known) == first


def test_text_is_read_once_for_all_formats(monkeypatch: pytest.MonkeyPatch) -> None:
    read: list[str] = []
    real = tree.pandoc

    def counted(text: str, of: str, to: str, lua: str = "") -> str:
        read.extend([to] if of == READER else [])
        return real(text, of, to, lua)

    monkeypatch.setattr(tree, "pandoc", counted)
    document = sample_document(title="只读一次")
    document.cells.append(prose_cell("只读一次。", "body"))
    with ThreadPoolExecutor() as pool:
        made = [pool.submit(make, document) for make in (to_typst, to_html, to_word)]
    assert all(one.result() for one in made)
    assert read == [TREE]


def test_same_text_stands_otherwise_in_an_annex() -> None:
    part, annexed = (Part("## 一、标题 {#a}\n\n文字。", annexed) for annexed in (False, True))
    assert pieces.to_body([part, annexed], {}).count("<h2") == 1


def test_piece_that_swallows_the_next_is_refused() -> None:
    with pytest.raises(RenderError, match="分段"):
        pieces.to_body([Part("```\n文字。"), Part("文字。\n\n```\n")], {})
