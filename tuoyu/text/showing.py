"""Shows the report in its notebook: the filled text of a section with its figures and tables, as a reader will see it.

Where the engine runs the notebook, the exhibits alone are shown: the text is filled in when the pages are made, so
that an edit of it executes nothing.
"""

from __future__ import annotations

from typing import TYPE_CHECKING
from typing import Protocol

from tuoyu.nouns.errors import ContractError
from tuoyu.nouns.forms import suggestion
from tuoyu.text.cells import prose as in_every_reader
from tuoyu.text.layout import LEVELS
from tuoyu.text.layout import WORDS
from tuoyu.text.layout import Heading
from tuoyu.text.layout import Shown
from tuoyu.text.layout import placed
from tuoyu.text.prose import Prose
from tuoyu.text.prose import number_points
from tuoyu.text.sections import BENCHMARK
from tuoyu.text.sections import PROPOSAL
from tuoyu.text.tasks import in_a_paragraph
from tuoyu.text.texts import Texts
from tuoyu.text.texts import check_form

if TYPE_CHECKING:
    from collections.abc import Iterator
    from collections.abc import Mapping

    from tuoyu.nouns.exhibit import Exhibit
    from tuoyu.nouns.fact import Facts
    from tuoyu.text.sections import Section


class Work(Protocol):
    """What is needed of a workspace."""

    @property
    def unattended(self) -> bool:
        """Whether nobody looks at the notebook."""

    def texts(self) -> Mapping[str, bytes]:
        """The text files, by name."""

    def show(self, exhibit: Exhibit | None) -> None:
        """Put a figure or table into the report."""


def open_report(work: Work, facts: Facts) -> Report:
    """The report of these facts, to be shown section by section. Raises ContractError for faults of the text."""
    if work.unattended:
        return Report(work, facts, {})
    texts = Texts.read(work.texts())
    check_form(texts)
    return Report(work, facts, {section.stem: section for section in texts.sections})


class Report:
    """报告 — shows one section after another; see :func:`open_report`.

    Exhibits of sections that are still to come are taken to be there, so that figures are numbered as a reader will
    see them unless one of those turns out to be without evidence.
    """

    def __init__(self, work: Work, facts: Facts, sections: Mapping[str, Section]) -> None:
        self.work = work
        self.facts = facts
        self.sections = sections
        self._shown: dict[str, tuple[str, ...]] = {}
        self._given: set[str] = set()

    def show(self, name: str, *exhibits: Exhibit | None) -> None:
        """The text of ``notebooks/report/<name>.md`` as it reads now, with these figures and tables."""
        there = [one for one in exhibits if one is not None]
        if self.work.unattended:
            # two sections may list one exhibit, for two kinds of reports
            for one in there:
                if one.id not in self._given:
                    self.work.show(one)
                self._given.add(one.id)
            return
        if name not in self.sections:
            msg = f"notebooks/report 里没有 {name}.md{suggestion(name, self.sections)}"
            raise ContractError(msg)
        self._shown[name] = tuple(one.id for one in there)
        self._show(self.sections[name], {one.id: one for one in there})

    def _show(self, section: Section, exhibits: Mapping[str, Exhibit]) -> None:
        prose = Prose(self.facts, self._numbers())
        if not prose.holds(section.condition):
            _display(f"*{section.title}：本期不写（条件“{section.when}”不成立或没有依据）。*")
            return
        numbered = {
            id_: Shown(id_, exhibits[id_].about, {}, prose.numbers[id_]) for id_ in section.exhibits if id_ in exhibits
        }
        seen = [(section.title, prose)]
        if section.kind == BENCHMARK:
            seen = [(city.name, prose.at(city.code)) for city in self.facts.benchmarks]
        for title, filler in seen:
            _display(f"{'#' * LEVELS.get(section.kind, 4)} {title}")
            for content in self._contents(section, filler, numbered):
                if isinstance(content, Shown):
                    _display(f"{content.number}　{content.about['title']}")
                    self.work.show(exhibits[content.id])
                else:
                    _display(content)

    def _contents(self, section: Section, prose: Prose, exhibits: Mapping[str, Shown]) -> Iterator[Shown | str]:
        filled = prose.section(section)
        point = 0
        for content in placed(filled, exhibits):
            if isinstance(content, Shown):
                yield content
            elif isinstance(content, Heading):
                yield f"#### {content.text}"
            else:
                text, point = number_points(content, point)
                yield in_every_reader(text)
        if section.kind == PROPOSAL:
            yield in_a_paragraph(prose, section)
        for omission in filled.omissions:
            yield f"*没有写：{omission.what}（{omission.reason}）*"

    def _numbers(self) -> dict[str, str]:
        """Numbers of the exhibits that were shown, and of those to come."""
        counts = dict.fromkeys(WORDS.values(), 0)
        numbers: dict[str, str] = {}
        annex = 0
        for section in self.sections.values():
            for id_ in section.exhibits:
                if id_ in self._shown.get(section.stem, section.exhibits):
                    word = WORDS["figure" if id_.startswith("fig-") else "table"]
                    counts[word] += 1
                    numbers[id_] = f"{word}{counts[word]}"
            if section.kind == "附件":
                annex += 1
                numbers[section.stem] = f"附件{annex}"
        return numbers


def _display(text: str) -> None:
    from IPython.display import Markdown
    from IPython.display import display

    display(Markdown(text))
