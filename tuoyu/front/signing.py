"""Signs editions (签发) for the verb ``sign``, and tells everywhere whether a signature still holds.

A signature is bound to the digests of all products; the lines of the page that tell of it are left out of that.
"""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from tuoyu.engine.freshness import list_products
from tuoyu.engine.manifest import MANIFEST
from tuoyu.engine.manifest import all_products
from tuoyu.engine.manifest import digest_tree
from tuoyu.engine.manifest import read_manifest
from tuoyu.engine.runner import explain
from tuoyu.nouns.errors import ParameterError
from tuoyu.nouns.errors import StageError
from tuoyu.nouns.forms import shown
from tuoyu.nouns.personal import is_office
from tuoyu.nouns.signature import STATUSES
from tuoyu.nouns.signature import Signature
from tuoyu.render.signed import with_signatures
from tuoyu.render.signed import without_signatures
from tuoyu.workspace.raw import digest
from tuoyu.workspace.signing import read_signatures
from tuoyu.workspace.signing import write_signatures
from tuoyu.workspace.writing import write_atomically

if TYPE_CHECKING:
    from pathlib import Path

    from tuoyu.engine.runner import Job
    from tuoyu.engine.runner import Render
    from tuoyu.nouns.edition import Edition

DRAFT, FINAL = "送审", "定稿"
PAGE = "report.html"
VOID = "成果其后有改动，已失效"
_OF_THE_PAGE = {DRAFT: "送审稿", FINAL: "定稿"}  # what the report must call itself


def sign(job: Job, office: str, status: str, on: str, *, unanswered: int) -> Path:
    """Put on record that an office stands by the products as they are; the file of the record.

    Raises ParameterError for what cannot be signed so, StageError where the products are not those of today.
    """
    edition, root = job.edition, job.root
    day = _day(on)
    faults = [
        *_faults(edition, office, status),
        *([] if day else [f"--on 写作 2024-10-15，不晚于今天，现为 {shown(on)}"]),
    ]
    if faults or day is None:
        raise ParameterError("\n".join(faults))
    earlier = read_signatures(root, edition.name)
    _refuse_stale(job)
    products = _products(edition.name, job.folders.processed, job.folders.reports)
    made = Signature.model_validate(
        {"status": status, "office": office, "on": day, "unanswered": unanswered, "products": products}
    )
    return write_signatures(root, edition.name, (*earlier, made))


def _faults(edition: Edition, office: str, status: str) -> list[str]:
    faults = []
    if edition.what_if:
        faults.append(f"{edition.name} 是试算，不能签发；请签发 {edition.what_if.base}")
    if not is_office(office):
        faults.append(
            f"--office 写单位或内设机构的全称，如 江门市卫生健康局，不写个人姓名、职务和电话，现为 {shown(office)}"
        )
    if status not in STATUSES:
        faults.append(f"--status 只能是 {'、'.join(STATUSES)}，现为 {shown(status)}")
    wanted = _OF_THE_PAGE.get(status, edition.publication.status)
    if wanted != edition.publication.status:
        faults.append(
            f"报告上印的是“{edition.publication.status}”，不能签作“{status}”；"
            f"先把参数文件 publication.status 改为“{wanted}”，重新生成再签发"
        )
    return faults


def _day(text: str) -> date | None:
    today = date.today()  # noqa: DTZ011 - the user's own calendar
    try:
        day = date.fromisoformat(text) if text else today
    except ValueError:
        return None
    return day if day <= today else None


def _refuse_stale(job: Job) -> None:
    """What is signed must be what a run would make now, and lie there as it was made."""
    name, manifest = job.edition.name, job.folders.reports / MANIFEST
    if not manifest.is_file():
        msg = f"{name} 还没有生成，请先运行 python pipeline.py run {name}"
        raise StageError(msg)
    read_manifest(manifest)
    stale = [one for one in explain(job) if not one.fresh]
    if stale:
        why = "；".join(dict.fromkeys(one.words for one in stale))
        msg = f"{name} 的成果不是最新的（{why}），请先运行 python pipeline.py run {name}，核对后再签发"
        raise StageError(msg)


def _products(name: str, processed: Path, reports: Path) -> dict[str, str]:
    """Digests of all products, by path from the root; of the page without what tells of signatures."""
    pages, page = digest_tree(reports), reports / PAGE
    if PAGE in pages:
        pages[PAGE] = digest(without_signatures(page.read_text(encoding="utf-8")).encode())
    return all_products(name, list_products(processed), pages)


def sealed(render: Render, root: Path, name: str) -> Render:
    """The same rendering, and on the page who has signed just these products."""

    def sealing(processed: Path, executed: dict[str, Path], reports: Path) -> None:
        render(processed, executed, reports)
        page = reports / PAGE
        if page.is_file() and (lines := standing(root, name, processed, reports)):
            sealed_page = with_signatures(page.read_text(encoding="utf-8"), lines)
            write_atomically(page, sealed_page.encode())

    return sealing


def standing(root: Path, name: str, processed: Path | None = None, reports: Path | None = None) -> list[str]:
    """A line for the last signature of every office and status, and whether it still holds.

    It is held against the products in place, or those in the folders that are given.
    """
    try:
        last = {(one.office, one.status): one for one in read_signatures(root, name)}
    except ParameterError as error:
        return [str(error)]
    if not last:
        return []
    products = _products(name, processed or root / "data" / "processed" / name, reports or root / "reports" / name)
    return [_line(one, holds=not one.altered(products)) for one in last.values()]


def _line(one: Signature, *, holds: bool) -> str:
    day = f"{one.on.year}年{one.on.month}月{one.on.day}日"
    return f"{one.office}　{day}　{one.status}{'' if holds else f'（{VOID}）'}"
