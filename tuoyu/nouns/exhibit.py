"""An exhibit (图表): one figure or table of the report, with its title, note and description.

Belongs here: what a page needs to know of a figure or table. How they are drawn stands in
``text.drawing`` and ``text.tabulating``.
"""

from __future__ import annotations

from typing import TYPE_CHECKING
from typing import Any
from typing import Literal
from typing import Protocol

if TYPE_CHECKING:
    from collections.abc import Mapping

SHARP = 200  # dots in an inch of the picture beside a drawing


class Exhibit(Protocol):
    """图表 — anything that ``Workspace.show`` can put into the report.

    ``data`` maps media types to content, ``about`` is what pages need: kind, id, title, note, alt, widths.
    """

    @property
    def kind(self) -> Literal["figure", "table"]:
        """Whether it is a figure or a table."""

    @property
    def id(self) -> str:
        """ASCII id, the same in every edition."""

    @property
    def data(self) -> Mapping[str, str]:
        """Content by media type."""

    @property
    def about(self) -> Mapping[str, Any]:
        """Title, note and the like, JSON-ready."""


def size_of(png: bytes) -> tuple[float, float]:
    """Width and height of such a picture in points, which its head tells."""
    width, height = (int.from_bytes(png[at : at + 4], "big") * 72 / SHARP for at in (16, 20))
    return width, height
