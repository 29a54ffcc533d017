"""Numbers, documents and evidence as the page marks them: doubts beside their numbers, sources as notes at the end.

Belongs here: what a reader without scripts sees of the lineage. The page's script makes every mark open.
"""

from __future__ import annotations

import html
import re
from dataclasses import dataclass
from dataclasses import field
from typing import TYPE_CHECKING
from typing import Any

from tuoyu.render.footnotes import notes_of

if TYPE_CHECKING:
    from collections.abc import Mapping

_CARRIER = re.compile(
    r'<span\s+class="(fact|policy|evidence)"\s+data-id="([^"]*)">([^<]*)</span>([，。、；：？！）》”’〕]*)',
)
TITLE = "《"


@dataclass
class Marks:
    """Marks what a body carries, and keeps the notes to which the marks lead."""

    about: Mapping[str, Any]
    _numbers: dict[str, int] = field(default_factory=dict)
    _told: set[str] = field(default_factory=set)
    _titled: set[str] = field(default_factory=set)

    def __post_init__(self) -> None:
        self._notes = notes_of(self.about)
        for (kind, name), note in self._notes.items():
            if kind == "policy":
                self._notes[kind, name] = f"《{self.about['policies'][name]['title']}》，{note}"

    def marked(self, body: str) -> str:
        """The body with its doubtful numbers marked, and a note wherever it rests on a document or on evidence.

        A document has a note where it is named first (by its title, if it ever is), evidence wherever it is used.
        """
        titled = {html.unescape(one[2]) for one in _CARRIER.finditer(body) if one[1] == "policy" and TITLE in one[3]}
        self._titled |= titled
        return _CARRIER.sub(self._mark, body)

    def _mark(self, carrier: re.Match[str]) -> str:
        kind, identifier, text, after = carrier.groups()
        known = html.unescape(identifier)
        if kind == "fact":
            doubtful = " doubtful" if self.about["findings"].get(known) else ""
            return f'<span class="fact{doubtful}" data-id="{identifier}">{text}</span>{after}'
        if (kind, known) not in self._notes:
            return carrier[0]
        if kind == "evidence":
            return f"{text}{after}{self._reference(kind, identifier)}"
        first = known not in self._told and (TITLE in text or known not in self._titled)
        if first:
            self._told.add(known)
        reference = self._reference(kind, identifier) if first else ""
        return f'<span class="policy" data-id="{identifier}">{text}</span>{reference}{after}'

    def _reference(self, kind: str, identifier: str) -> str:
        note = self._notes[kind, html.unescape(identifier)]
        first = note not in self._numbers
        number = self._numbers.setdefault(note, len(self._numbers) + 1)
        target = f' id="ref-{number}"' if first else ""
        data = f'data-kind="{kind}" data-id="{identifier}"'
        link = f'<a{target} href="#note-{number}" {data} aria-label="注{number}">{number}</a>'
        return f'<sup class="noteref">{link}</sup>'

    def notes(self) -> str:
        """The notes to which the marks lead, as a section; nothing where there are none."""
        entries = "\n".join(
            f'<li id="note-{number}">{html.escape(note)}'
            f'<a href="#ref-{number}" aria-label="回到注{number}在文中的位置">↩</a></li>'
            for note, number in self._numbers.items()
        )
        return (
            f'<section class="notes">\n<h2 id="notes">注释</h2>\n<ol>\n{entries}\n</ol>\n</section>' if entries else ""
        )
