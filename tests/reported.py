"""The reports of this repository's editions, assembled here: figures and tables drawn once, by ``assembled``."""

from __future__ import annotations

import html
import re
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

from assembled import executed
from conftest import ROOT
from conftest import facts_of

from tuoyu.childcare.subject import subject
from tuoyu.text.document import assemble
from tuoyu.text.document import exhibits_of
from tuoyu.text.layout import Heading
from tuoyu.text.layout import Layout
from tuoyu.text.layout import lay_out
from tuoyu.text.needs import wanting
from tuoyu.text.texts import Texts
from tuoyu.workspace.texts import read_texts

if TYPE_CHECKING:
    from nbformat import NotebookNode

    from tuoyu.nouns.fact import Facts

MARKUP = re.compile(r"<[^>]+>")
CARRIED = re.compile(r'<span class="(fact|policy|evidence)" data-id="([^"]+)"')


@dataclass(frozen=True)
class Report:
    """An edition's report: its facts, how it is laid out, and the finished notebook."""

    facts: Facts
    layout: Layout
    document: NotebookNode

    @property
    def text(self) -> str:
        """What a reader sees of headings and prose, without markup and exhibits; annexes included."""
        return self._text(annexes=True)

    @property
    def main_text(self) -> str:
        """The same up to the first annex."""
        return self._text(annexes=False)

    def _text(self, *, annexes: bool) -> str:
        lines = []
        for piece in self.layout.pieces:
            if isinstance(piece.content, Heading):
                if piece.content.level == 1 and not annexes:
                    break
                lines.append(f"{piece.content.ordinal}{piece.content.text}")
            elif isinstance(piece.content, str):
                lines.append(MARKUP.sub("", piece.content))
        return "\n".join(lines).replace("**", "")

    def cited(self, kind: str) -> set[str]:
        """Ids of the facts, policies or pieces of evidence that prose or tables print."""
        return {html.unescape(id_) for text in self._texts() for found, id_ in CARRIED.findall(text) if found == kind}

    def _texts(self) -> list[str]:
        outputs = [one for cell in self.document.cells for one in cell.get("outputs", ())]
        shown = ["".join(one.get("data", {}).get("text/markdown", "")) for one in outputs]
        return [cell.source for cell in self.document.cells] + shown


@cache
def report_of(name: str) -> Report:
    """The report of an edition, made from the text files and registers as they stand."""
    facts = facts_of(name)
    texts = Texts.read(read_texts(ROOT))
    shown = executed(ROOT, facts)
    document = assemble(texts.sections, shown, facts, lacking=wanting(facts, texts.sections, subject()))
    return Report(facts, lay_out(texts.sections, exhibits_of(shown), facts), document)
