"""Makes the page of the preview (预演), in a process of its own: aside what is stale, then the page from the text.

Belongs here: what is kept from one page to the next. Nothing of ours is imported before it is asked for: the process is
begun anew when the source of the package has changed, and what is wrong with that source is told like anything else.
"""

from __future__ import annotations

import traceback
from dataclasses import dataclass
from dataclasses import field
from dataclasses import replace
from functools import cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from nbformat import NotebookNode

    from tuoyu.nouns.fact import Facts
    from tuoyu.render.markdown import Part


@dataclass(frozen=True)
class Answer:
    """A page, or what is wrong; ``held`` where another program is in the way, so that it is worth asking again."""

    page: str = ""
    error: str = ""
    held: bool = False


def earlier_page(root: Path, name: str) -> Answer:
    """The page of the report that is in place, as long as there is no newer one."""
    return _told(root, lambda: _desk(root, name).earlier())


def page(root: Path, name: str, *, stale: bool) -> Answer:
    """The page of everything as it stands now; ``stale`` if more than the text may have changed."""
    return _told(root, lambda: _desk(root, name).page(stale=stale))


def leftovers(root: Path, name: str) -> Answer:
    """Whether the last page names places that are none of the edition's: no page, but what is wrong."""
    return _told(root, lambda: _desk(root, name).refuse_leftovers())


@cache
def _desk(root: Path, name: str) -> _Desk:
    return _Desk(root, name)


@dataclass
class _Desk:
    """What is kept of an edition: facts and executed notebook as they were last made, and the pieces of its pages."""

    root: Path
    name: str
    made: tuple[Facts, NotebookNode] | None = None
    known: dict[Part, str] = field(default_factory=dict)
    last: str = ""

    def earlier(self) -> str:
        from tuoyu.engine.notebook import read_notebook

        path = self.root / "reports" / self.name / "report.ipynb"
        return self._printed(read_notebook(path)) if path.is_file() else ""

    def page(self, *, stale: bool) -> str:
        from tuoyu.front.publication import compose

        if stale:
            self.made = None  # what is wrong with the data stays so until it is mended
        self.made = self.made or self._rehearsed()
        self.last = self._printed(compose(self.root, *self.made))
        return self.last

    def refuse_leftovers(self) -> str:
        from tuoyu.front.formats import PAGE
        from tuoyu.front.leftovers import find_leftovers
        from tuoyu.front.leftovers import known_places
        from tuoyu.front.leftovers import refuse_leftovers
        from tuoyu.render.plaintext import text_of
        from tuoyu.workspace.editions import load_edition

        edition = load_edition(self.root, self.name)
        words = {PAGE: text_of(PAGE, self.last.encode())}
        if find_leftovers(words, *known_places(self.root, edition, tables=False)):
            refuse_leftovers(self.root, edition, words)
        return ""

    def _printed(self, document: NotebookNode) -> str:
        from tuoyu.render.html import to_html

        return to_html(document, beside=(), known=self.known)  # what lies beside the report is of the last run

    def _rehearsed(self) -> tuple[Facts, NotebookNode]:
        from tuoyu.engine.notebook import read_notebook
        from tuoyu.engine.runner import rehearse_edition
        from tuoyu.front import progress
        from tuoyu.front.making import job_of
        from tuoyu.front.making import settle
        from tuoyu.front.publication import facts_at
        from tuoyu.workspace.editions import check_targets
        from tuoyu.workspace.editions import load_edition
        from tuoyu.workspace.opening import load_stages

        settle()
        edition = load_edition(self.root, self.name)
        check_targets(self.root, edition)
        stages = load_stages(self.root)
        made: list[tuple[Facts, NotebookNode]] = []

        def take(processed: Path, executed: dict[str, Path], _: Path) -> None:
            made.append((facts_at(processed / "facts.json"), read_notebook(executed[stages[-1].name])))

        job = job_of(self.root, stages, edition, report=progress.show)
        rehearse_edition(replace(job, render=take, prepare=lambda _: None))
        return made[0]


def _told(root: Path, work: Callable[[], str]) -> Answer:
    """What the work hands back, or in words why it cannot: faults of our own code keep their traceback."""
    try:
        from tuoyu.engine.host import complaint
        from tuoyu.engine.locking import HeldError
        from tuoyu.nouns.errors import TuoyuError
    except Exception:  # noqa: BLE001 - the source of the package is being edited
        return Answer(error=traceback.format_exc())
    try:
        return Answer(page=work())
    except HeldError as error:
        return Answer(error=str(error), held=True)
    except TuoyuError as error:
        return Answer(error=str(error))
    except OSError as error:  # a file that is being replaced just now; the next change comes at once
        return Answer(error=complaint(error, root) or f"暂时读不到 {error.filename}，请再存一次盘")
    except Exception:  # noqa: BLE001 - as above
        return Answer(error=traceback.format_exc())
