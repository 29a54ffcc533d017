"""Turns the executed notebooks of an edition into the files that people read (成稿).

Stands between ``engine`` and ``render``, which do not know one another.
"""

from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor
from functools import lru_cache
from threading import Lock
from typing import TYPE_CHECKING
from typing import Any

from tuoyu.engine.notebook import parse_notebook
from tuoyu.engine.notebook import read_notebook
from tuoyu.engine.notebook import write_notebook
from tuoyu.front.formats import FILES
from tuoyu.front.formats import LEDGER
from tuoyu.front.formats import PAGE
from tuoyu.front.formats import SHEETS
from tuoyu.front.formats import WORD
from tuoyu.nouns.errors import ParameterError
from tuoyu.nouns.fact import Facts
from tuoyu.nouns.finding import Finding
from tuoyu.scaffold.dates import contradicting
from tuoyu.scaffold.dates import in_words
from tuoyu.workspace.editions import load_edition
from tuoyu.workspace.opening import to_json
from tuoyu.workspace.texts import read_entries
from tuoyu.workspace.texts import read_texts
from tuoyu.workspace.writing import write_atomically

if TYPE_CHECKING:
    from collections.abc import Callable
    from collections.abc import Iterable
    from collections.abc import Sequence
    from pathlib import Path

    from nbformat import NotebookNode

    from tuoyu.engine.runner import Job
    from tuoyu.engine.runner import Render
    from tuoyu.nouns.edition import Edition
    from tuoyu.nouns.stage import Stage
    from tuoyu.render.passages import Passage

DOCUMENT = "report.ipynb"
MASTHEAD = ("document_number", "copy_to", "printed_by", "printed_on")  # for the sheets alone: the text speaks of none
PAPERS = "working-papers"
MODULE = "tuoyu.front.publication"  # what the pages are made by, for the engine to tell when they are stale
KEYWORDS = ("托育服务", "3岁以下婴幼儿")  # what the report is about, for the properties of its files
OMISSIONS = "omissions.json"
SUMMARY = "summary.json"
SHOWN = "summary"  # the table of the vocabulary whose indicators the page of all editions shows

_PAPERS = 4  # kept by this process: as many as an edition has
_loading = Lock()


def renderer(root: Path, stages: Sequence[Stage], wanted: Sequence[str] = FILES) -> Render:
    """What the runner calls at the end: report and working papers from products and notebooks.

    The text is taken from its files as they stand now, so that an edit of it needs no kernel. Of the formats those are
    made that are ``wanted`` and not there yet; the page is written again where it is there, for its links to them.
    """

    def render(processed: Path, executed: dict[str, Path], reports: Path) -> None:
        with _loading:  # or wait for the thread that does
            _load()
        from tuoyu.front.leftovers import find_leftovers
        from tuoyu.front.leftovers import known_places
        from tuoyu.front.leftovers import read_product
        from tuoyu.front.leftovers import read_products
        from tuoyu.front.leftovers import refuse_leftovers
        from tuoyu.front.readback import differences
        from tuoyu.front.readback import refuse
        from tuoyu.nouns.glyphs import covered
        from tuoyu.render.fonts import faces
        from tuoyu.render.passages import passages

        facts = facts_at(processed / "facts.json")
        edition = load_edition(root, facts.edition.name if facts.edition else "")
        document = compose(root, facts, read_notebook(executed[stages[-1].name]))
        made = [name for name in wanted if not (reports / name).is_file()]
        told = list(passages(document))
        with ThreadPoolExecutor(1) as pool:
            # The way to the sheets is the longest, and mostly outside this interpreter: everything else goes beside it.
            sheets = pool.submit(_sheets, document, told) if SHEETS in made else None
            covered(), faces()
            _write_records(document, facts, reports)
            _write_papers(root / "reports" / edition.name, executed, reports)
            found = differences(told, _write_products(document, facts, made, reports))
            words = read_products(reports)
            places = known_places(root, edition, tables=False)
        if sheets:
            content, of_sheets = sheets.result()
            write_atomically(reports / SHEETS, content)
            words |= [read_product(reports, reports / SHEETS)]
            found += of_sheets
        refuse(found)
        if find_leftovers(words, *places):
            refuse_leftovers(root, edition, words)

    return render


def _sheets(document: NotebookNode, told: Sequence[Passage]) -> tuple[bytes, list[str]]:
    """The sheets, and where they do not say what they are told."""
    from tuoyu.front.readback import differences
    from tuoyu.render.pdf import to_typst
    from tuoyu.render.pdf import typeset

    content = typeset(to_typst(document))
    return content, differences(told, {SHEETS: content})


def document_in_place(job: Job) -> NotebookNode:
    """The report by the products of the last run of an edition, with the text as it stands now."""
    from tuoyu.engine.runner import executed_in_place
    from tuoyu.engine.staging import refuse_changed_code

    executed = executed_in_place(job.folders, job.stages)
    refuse_changed_code(job.site, job.folders, job.stages)
    return compose(
        job.root, facts_at(job.folders.processed / "facts.json"), read_notebook(executed[job.stages[-1].name])
    )


def with_remarks(job: Job) -> Path:
    """The Word file whose numbers carry their sources as remarks: a working copy beside the products, none of them."""
    from tuoyu.front.readback import differences
    from tuoyu.front.readback import refuse
    from tuoyu.render.passages import passages
    from tuoyu.render.word import to_word

    document = document_in_place(job)
    content = to_word(document, remarks=True)
    refuse(differences(list(passages(document)), {WORD: content}))
    path = job.root / "reports" / f"{job.edition.name}.出处.docx"
    write_atomically(path, content)
    return path


def _write_records(document: NotebookNode, facts: Facts, reports: Path) -> None:
    """The document itself, what was left out of it, and what the page of all editions says of it."""
    about = document.metadata["tuoyu"]
    write_atomically(reports / DOCUMENT, write_notebook(document))
    write_atomically(reports / OMISSIONS, to_json(about["omissions"]).encode())
    write_atomically(reports / SUMMARY, to_json(_summary(about, facts)).encode())


def _write_papers(in_place: Path, executed: dict[str, Path], reports: Path) -> None:
    """The working papers; those ``in_place`` are taken over where they are of the same notebook."""
    for path in executed.values():
        name, content = _paper(in_place, path)
        write_atomically(reports / PAPERS / name, content)


def _paper(in_place: Path, executed: Path) -> tuple[str, bytes]:
    """The working paper of an executed notebook, by name."""
    name = f"{executed.stem}.html"
    before = in_place / PAPERS / name
    return name, _made_of(executed.read_bytes(), before.read_bytes() if before.is_file() else b"")


@lru_cache(maxsize=_PAPERS)  # those of one edition: made beside its notebooks, written when the pages are
def _made_of(notebook: bytes, earlier: bytes) -> bytes:
    from tuoyu.render.papers import to_paper

    return to_paper(parse_notebook(notebook), earlier=earlier.decode()).encode()


def _write_products(document: NotebookNode, facts: Facts, made: Sequence[str], reports: Path) -> dict[str, bytes]:
    """Word file, page and workbook, where they are to be ``made``; by name."""
    from tuoyu.childcare.subject import subject
    from tuoyu.front.ledger import ledger
    from tuoyu.render.html import to_html
    from tuoyu.render.ledger import to_workbook
    from tuoyu.render.word import to_word

    there = {*made, *(name for name in FILES if (reports / name).is_file())}
    products: dict[str, bytes] = {}
    if WORD in made:
        products[WORD] = to_word(document)
    if PAGE in there:
        products[PAGE] = to_html(document, beside=[name for name in FILES if name in there - {PAGE}]).encode()
    if LEDGER in made:
        products[LEDGER] = to_workbook(ledger(facts, document, subject()))
    for name, content in products.items():
        write_atomically(reports / name, content)
    return products


def compose(root: Path, facts: Facts, executed: NotebookNode) -> NotebookNode:
    """The report from its text files as they stand now; ContractError with every fault of them."""
    from tuoyu.childcare.subject import subject
    from tuoyu.text.document import assemble
    from tuoyu.text.needs import wanting
    from tuoyu.text.texts import Texts
    from tuoyu.text.texts import check_texts

    texts = Texts.read(read_texts(root))
    check_texts(texts, facts, entries=read_entries(root))
    lacking = wanting(facts, texts.sections, subject())
    document = assemble(texts.sections, executed, facts, lacking=lacking, keywords=KEYWORDS)
    about = document.metadata["tuoyu"]
    if facts.edition:
        about |= {name: getattr(facts.edition.publication, name) for name in MASTHEAD}
    return document


def _summary(about: dict[str, Any], facts: Facts) -> dict[str, Any]:
    """What the page of all editions says of this one."""
    from tuoyu.childcare.subject import subject

    ids = [facts[one.id].id for one in subject().vocabulary.values() if SHOWN in one.tables and one.id in facts]
    shown = [about["facts"][id_] for id_ in ids if id_ in about["facts"]]
    return {
        **{key: about[key] for key in ("title", "subtitle", "status", "synthetic", "as_of", "city")},
        "figures": [[one["label"], one["printed"], one["when"]] for one in shown],
        "doubts": len(unanswered(facts.findings)) + (len(doubts_of(facts.edition)) if facts.edition else 0),
        "omissions": len(about["omissions"]),
    }


def preparer(root: Path, edition: Edition) -> Callable[[Sequence[Path] | None], None]:
    """What the engine calls to load what rendering needs, while something else has to be waited for.

    All of it where notebooks are executed: then there is time even for what this process keeps of texts and places, and
    for the working papers of those that have been.
    """

    def prepare(executed: Sequence[Path] | None) -> None:
        with _loading:
            _load()
            if executed is not None:
                from tuoyu.childcare.subject import subject
                from tuoyu.front.leftovers import known_places
                from tuoyu.nouns.glyphs import covered
                from tuoyu.render.fonts import faces
                from tuoyu.render.papers import exporter
                from tuoyu.text.texts import Texts

                covered(), faces(), exporter(), subject()
                Texts.read(read_texts(root)), read_entries(root), known_places(root, edition, tables=False)
                for path in executed:
                    _paper(root / "reports" / edition.name, path)

    return prepare


def _load() -> None:
    """Import what makes the pages and reads them back."""
    from tuoyu.front import ledger  # noqa: F401 - used by others
    from tuoyu.front import readback  # noqa: F401
    from tuoyu.render import ledger as sheets  # noqa: F401
    from tuoyu.render import papers  # noqa: F401
    from tuoyu.render import pdf  # noqa: F401
    from tuoyu.render import word  # noqa: F401
    from tuoyu.text import document  # noqa: F401


def _records(path: Path) -> Any:  # noqa: ANN401 - JSON has no narrower type
    return json.loads(path.read_bytes())


def facts_at(path: Path) -> Facts:
    """The facts that a run has written. Raises ParameterError for a file that this version did not write."""
    try:
        return Facts.from_dict(_records(path))
    except (ValueError, KeyError, TypeError, AttributeError):
        msg = f"{path} 不是本版程序生成的 facts.json；请重新运行这一期，或者换一个文件"
        raise ParameterError(msg) from None


def count_omissions(root: Path, name: str) -> int:
    """How many sentences, sections, figures and tables the last report of an edition left out."""
    path = root / "reports" / name / OMISSIONS
    return len(_records(path)) if path.is_file() else 0


def findings_of(root: Path, name: str) -> list[Finding]:
    """The findings that the last run of an edition left; none if it never ran, or with another version."""
    path = root / "data" / "processed" / name / "findings.json"
    try:
        return [Finding.from_dict(record) for record in _records(path)] if path.is_file() else []
    except (ValueError, KeyError, TypeError, AttributeError):
        return []


def unanswered(findings: Iterable[Finding]) -> list[Finding]:
    """Those that ask a person to look and that nobody has answered."""
    return [one for one in findings if one.asks]


def doubts_of(edition: Edition) -> list[str]:
    """What is doubtful about the parameters: dates on the title page that are not that of the data, no outlook."""
    doubts = []
    for key in ("title", "subtitle"):
        stale = contradicting(getattr(edition.publication, key), edition.as_of)
        if stale:
            doubts.append(
                f"publication.{key}：写着“{'”“'.join(stale)}”，而数据截止日期是 {edition.as_of}"
                f"→ 改为“{in_words(edition.as_of)}”，或核对 as_of"
            )
    if edition.outlook.until <= edition.as_of.year:
        until = edition.outlook.until
        doubts.append(
            f"outlook.until：测算到 {until} 年，不晚于数据截止日期 {edition.as_of}，报告没有展望→ 改为以后的年份"
        )
    return doubts


def questions_left(root: Path, edition: Edition) -> list[str]:
    """All that waits for an answer of somebody: doubts about the parameters, and findings that nobody answered."""
    return [*doubts_of(edition), *(one.text for one in unanswered(findings_of(root, edition.name)))]
