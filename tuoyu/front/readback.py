"""Reads the finished products back (回读) and holds them against the document: all of them say the same.

What is compared: headings, captions, paragraphs, cells of tables, descriptions of figures, and every number and
quotation with what it stands for, in their order. Whitespace and what looks the same are no difference.
"""

from __future__ import annotations

import re
from collections import Counter
from itertools import zip_longest
from typing import TYPE_CHECKING

from tuoyu.front.ledger import PRINTED
from tuoyu.front.ledger import PRINTED_AS
from tuoyu.nouns.errors import RenderError
from tuoyu.render.plaintext import squeeze
from tuoyu.render.reread import column_of
from tuoyu.render.reread import of_page
from tuoyu.render.reread import of_sheets
from tuoyu.render.reread import of_word

if TYPE_CHECKING:
    from collections.abc import Iterable
    from collections.abc import Iterator
    from collections.abc import Mapping
    from collections.abc import Sequence

    from tuoyu.render.passages import Passage
    from tuoyu.render.reread import Reading

Row = tuple[str, ...]
NOTHING = "（没有）"
READERS = {".html": of_page, ".pdf": of_sheets, ".docx": of_word}
MOST_LISTED = 10
_BROKEN = re.compile(r"(?<=[A-Za-z])-(?=[A-Za-z\d])")  # where a line ends, a long name is broken with a hyphen
_LEAD_IN = re.compile(r"\d+\.")  # a heading that is the beginning of its paragraph
_DITTO = "〃"
_TALL = 200  # characters of a cell: the row may have to go on over the next page
_LEAST = 4  # characters of a piece of a paragraph
_SHOWN = 40  # characters of a text in a message


def refuse(found: Sequence[str]) -> None:
    """RenderError that tells where products do not say what the document says, if there is any such place."""
    if found:
        lines = ["成稿的文件互不一致，没有采用，原有成果未动："]
        lines += [f"  {number}. {one}" for number, one in enumerate(found[:MOST_LISTED], 1)]
        lines += [f"  ……另有 {len(found) - MOST_LISTED} 处"] if len(found) > MOST_LISTED else []
        lines.append("这是排版程序的差错，请重新运行一次；仍然如此的，请把以上各行告诉维护程序的人")
        raise RenderError("\n".join(lines))


def differences(told: Sequence[Passage], products: Mapping[str, bytes]) -> list[str]:
    """Where products, by file name, do not say what the passages of the document say; empty where all agree."""
    found = []
    for name, content in products.items():
        suffix = name[name.rindex(".") :]
        compared = _compare(told, READERS[suffix](content)) if suffix in READERS else _of_workbook(told, content)
        found += [f"{name}：{one}" for one in compared]
    return found


def _of_workbook(told: Iterable[Passage], content: bytes) -> Iterator[str]:
    wanted = [one.text for passage in told for one in passage.carried]
    yield from _first("数字或引文", wanted, column_of(content, PRINTED, PRINTED_AS))


def _compare(told: Sequence[Passage], read: Reading) -> Iterator[str]:
    paragraphs = _texts(told, "paragraph")
    headings = _texts(told, "heading")
    found = [one for one in read.headings if one in headings or not _begins_paragraph(one, paragraphs)]
    yield from _first("标题", headings, found)
    for kind in ("图", "表"):  # a figure and a table that are near each other may change places on the sheets
        wanted = (one for one in _texts(told, "caption") if one.startswith(kind))
        yield from _first(f"{kind}的标题", wanted, (one for one in read.captions if one.startswith(kind)))
    yield from _first("图的说明", _texts(told, "description"), read.descriptions)
    yield from _rows(told, read.rows)
    yield from _paragraphs(told, read)
    if read.carried is not None:
        carried = [(one.kind, one.id, squeeze(one.text)) for passage in told for one in passage.carried]
        for kind, what in (("fact", "数字"), ("policy", "文件引文")):
            yield from _first(what, _marked(carried, kind), _marked(read.carried, kind))


def _marked(carried: Iterable[tuple[str, str, str]], kind: str) -> Iterator[str]:
    return (f"{text}［{id_}］" for carrier, id_, text in carried if carrier == kind)


def _texts(told: Iterable[Passage], kind: str) -> list[str]:
    return [squeeze(one.text) for one in told if one.kind == kind]


def _begins_paragraph(heading: str, paragraphs: Sequence[str]) -> bool:
    return bool(_LEAD_IN.match(heading)) and any(one.startswith(heading) for one in paragraphs)


def _paragraphs(told: Iterable[Passage], read: Reading) -> Iterator[str]:
    """Paragraphs in their order; what may stand elsewhere (notes, key figures) at least somewhere."""
    texts = [_BROKEN.sub("", text) for text in read.texts]
    whole, reached = "".join(texts), 0
    for one in told:
        if one.kind not in {"paragraph", "note", "key"}:
            continue
        where = f"“{one.under or one.section}”"
        for text in one.cells or (one.text,):
            wanted = _BROKEN.sub("", squeeze(text))
            at = whole.find(wanted, reached) if one.kind == "paragraph" else reached if wanted in whole else -1
            if at >= 0:
                reached = at + len(wanted) if one.kind == "paragraph" else reached
            elif wanted in whole:
                yield f"{where}中{_shown(text)}的次序不对"
            elif not _in_pieces(wanted, texts):
                yield f"{where}中没有{_shown(text)}"


def _in_pieces(text: str, blocks: Sequence[str]) -> bool:
    """Whether a paragraph stands in several pieces, one ending a block and the next beginning a later one.

    So it is where a figure or a table stands at the head of a page over which the paragraph goes on.
    """
    begun = [(_ending(text, block), number) for number, block in enumerate(blocks)]
    length, number = max(begun, key=lambda one: one[0], default=(0, 0))
    rest, following = text[length:], blocks[number + 1 :]
    while length >= _LEAST and rest:
        if any(block.startswith(rest) for block in following):
            return True
        length, number = max(
            ((len(block), at) for at, block in enumerate(following) if rest.startswith(block)), default=(0, 0)
        )
        rest, following = rest[length:], following[number + 1 :]
    return False


def _ending(text: str, block: str) -> int:
    """How much of the beginning of a text is the end of a block."""
    longest = min(len(text), len(block))
    return next((size for size in range(longest, 0, -1) if block.endswith(text[:size])), 0)


def _rows(told: Iterable[Passage], found: Sequence[Row]) -> Iterator[str]:
    """Row by row. A cell that goes on from the row above is there once, a head again where the table goes on."""
    rows = [tuple(_BROKEN.sub("", cell) for cell in row) for row in found]
    at = 0
    head: Row = ()
    above: Row = ()
    for number, (is_head, cells) in enumerate(_wanted(told), 1):
        above = () if is_head else above
        while at < len(rows) and rows[at] == head and not _is(cells, above, rows[at]):
            at += 1
        used = _taken(cells, above, rows[at:])
        if not used:
            shown = "｜".join(rows[at]) if at < len(rows) else None
            yield f"表格第{number}行应为{_shown('｜'.join(cells))}，现为{_shown(shown)}"
            return
        at, above = at + used, cells
        head = cells if is_head else head
    more = [row for row in rows[at:] if row and row != head]
    if more:
        yield f"表格中多出{len(more)}行，第一行为{_shown('｜'.join(more[0]))}"


def _wanted(told: Iterable[Passage]) -> Iterator[tuple[bool, Row]]:
    """The rows of the document, and which of them are heads; a ditto mark as what it stands for."""
    above: Row = ()
    for one in told:
        if one.kind in {"head", "row"}:
            squeezed = [_BROKEN.sub("", squeeze(cell)) for cell in one.cells]
            cells = tuple(above[at] if cell == _DITTO and above else cell for at, cell in enumerate(squeezed))
            above = cells
            yield one.kind == "head", cells


def _taken(cells: Row, above: Row, rows: Sequence[Row]) -> int:
    """How many rows of a product are this one of the document: one, and more only where it is too tall for a page."""
    if rows and _is(cells, above, rows[0]):
        return 1
    if max(map(len, cells), default=0) >= _TALL:
        wanted = Counter("".join(cells))
        for count in range(2, min(len(rows), 5) + 1):
            if Counter("".join("".join(row) for row in rows[:count])) == wanted:
                return count
    return 0


def _is(cells: Row, above: Row, row: Row) -> bool:
    """Whether a row of a product is this one: of cells that are empty, or the same as above, it may have none."""
    if not cells:
        return not row
    first, *rest = cells
    over, *others = above or ("",)
    if row and row[0] == first and _is(tuple(rest), tuple(others), row[1:]):
        return True
    return (not first or first == over) and _is(tuple(rest), tuple(others), row)


def _first(what: str, wanted: Iterable[str], found: Iterable[str]) -> Iterator[str]:
    """The first place where two sequences part; what follows would only repeat it."""
    for number, (one, other) in enumerate(zip_longest(wanted, found), 1):
        if one != other:
            yield f"第{number}个{what}应为{_shown(one)}，现为{_shown(other)}"
            return


def _shown(text: str | None) -> str:
    if text is None:
        return NOTHING
    return f"“{text if len(text) <= _SHOWN else text[:_SHOWN] + '……'}”"
