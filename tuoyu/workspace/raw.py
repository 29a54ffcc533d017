"""Raw files (原始文件) on disk, each with its sidecar ``NAME.source.toml``.

Belongs here: finding raw files and proving that they are the files that were received.
What stands inside them is the business of ``analysis``.
"""

from __future__ import annotations

import hashlib
import re
from typing import TYPE_CHECKING
from typing import Any

from pydantic import BaseModel
from pydantic import ValidationError

from tuoyu.nouns.city import City
from tuoyu.nouns.city import Corrections
from tuoyu.nouns.errors import DataError
from tuoyu.nouns.finding import Finding
from tuoyu.nouns.forms import FormError
from tuoyu.nouns.forms import faults_of
from tuoyu.nouns.forms import read_form
from tuoyu.nouns.questions import QUESTIONS
from tuoyu.nouns.questions import Questions
from tuoyu.nouns.source import RawFile
from tuoyu.nouns.source import Source

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tuoyu.nouns.edition import Edition

SIDECAR = ".source.toml"
CITY = "city.toml"
CORRECTIONS = "corrections.toml"
FORMS: dict[str, type[BaseModel]] = {CITY: City, CORRECTIONS: Corrections, QUESTIONS: Questions}
_DESKTOP_FILES = {"thumbs.db", "desktop.ini"}


def list_raw(root: Path, place: str) -> list[Path]:
    """Raw files of a place folder, sorted: no sidecars and none of the folder's own forms."""
    return [path for path in list_inputs(root, place) if not path.name.endswith(SIDECAR) and path.name not in FORMS]


def list_inputs(root: Path, place: str) -> list[Path]:
    """Every file of a place folder, sorted, without what Excel, Windows and macOS leave behind."""
    folder = root / "data" / "raw" / place
    files = (path for path in folder.rglob("*") if path.is_file())
    return sorted(path for path in files if not _is_litter(path.name))


def _is_litter(name: str) -> bool:
    return name.startswith((".", "~$")) or name.lower() in _DESKTOP_FILES


def load_raw(root: Path, edition: Edition) -> list[RawFile]:
    """All raw files that the edition may read, with bytes and sidecars; DataError if any is unfit."""
    findings = check_sources(root, edition)
    if findings:
        raise DataError.from_findings(findings)
    return [
        RawFile(
            path=path.relative_to(root).as_posix(),
            place=place,
            suffix=path.suffix.lower(),
            content=path.read_bytes(),
            source=read_form(sidecar_of(path)),
        )
        for place in edition.places
        for path in list_raw(root, place)
    ]


def load_forms(root: Path, edition: Edition, name: str) -> dict[str, dict[str, Any]]:
    """One form (a name of ``FORMS``) of every place of the edition that has it; FormError if one is broken."""
    paths = {place: root / "data" / "raw" / place / name for place in edition.places}
    return {place: read_form(path) for place, path in paths.items() if path.is_file()}


def sidecar_of(path: Path) -> Path:
    """Where the sidecar of a raw file stands: ``人口.xlsx`` → ``人口.xlsx.source.toml``."""
    return path.with_name(path.name + SIDECAR)


def accept_files(root: Path, place: str) -> list[Path]:
    """Enter the digests of a folder's new and changed files into their sidecars; returns the files.

    For tables that the centre fills in itself, and for a new version of a received file.
    """
    accepted = []
    for path in list_raw(root, place):
        paper, actual = sidecar_of(path), digest(path.read_bytes())
        text = paper.read_text(encoding="utf-8-sig") if paper.is_file() else ""
        changed, count = re.subn(r'(?m)^(sha256\s*=\s*)"[^"\n]*"', rf'\g<1>"{actual}"', text, count=1)
        if count and changed != text:
            temporary = paper.with_name(f".{paper.name}.part")
            temporary.write_text(changed, encoding="utf-8")
            temporary.replace(paper)
            accepted.append(path)
    return accepted


def digest(content: bytes) -> str:
    """SHA-256 in hexadecimal, as sidecars and the manifest write it."""
    return hashlib.sha256(content).hexdigest()


def check_sources(root: Path, edition: Edition) -> list[Finding]:
    """Everything that is wrong with the raw files as files: missing, altered, or without papers."""
    return [finding for place in edition.places for finding in _check_place(root, edition, place)]


def _check_place(root: Path, edition: Edition, place: str) -> Iterator[Finding]:
    where = f"data/raw/{place}"
    files = list_raw(root, place)
    if not files:
        yield _error("source-folder", where, "没有任何数据文件", "把收到的文件连同来源说明放进这个文件夹")
    if place not in edition.comparators and not (root / where / CITY).is_file():
        yield _error("source-city", f"{where}/{CITY}", "缺少城市信息文件", "照其他城市的 city.toml 写一份")
    for name, form in FORMS.items():
        yield from _check_form(root / where / name, f"{where}/{name}", form)
    for path in files:
        yield from _check_file(root, path)
    yield from _check_synthetic(root, where, files)
    sidecars = [path for path in list_inputs(root, place) if path.name.endswith(SIDECAR)]
    for sidecar in sidecars:
        raw = sidecar.with_name(sidecar.name.removesuffix(SIDECAR))
        if raw not in files:
            yield _missing(root, raw, sidecar, files)


def _check_form(path: Path, where: str, form: type[BaseModel]) -> Iterator[Finding]:
    try:
        if path.is_file():
            form.model_validate(read_form(path))
    except FormError as error:
        yield _error("source-form", where, str(error), "按提示改正")
    except ValidationError as error:
        for fault in faults_of(error, form):
            yield _error("source-form", where, fault, "按提示改正")


def _check_synthetic(root: Path, where: str, files: list[Path]) -> Iterator[Finding]:
    """Made-up figures and real ones must not stand in one folder: the report says which it is on every page."""
    try:
        city = read_form(root / where / CITY) if (root / where / CITY).is_file() else {}
        papers = {path.name: sidecar_of(path) for path in files}
        made_up = {name: bool(read_form(paper).get("synthetic")) for name, paper in papers.items() if paper.is_file()}
    except FormError:
        return
    for name, synthetic in made_up.items():
        if synthetic is not bool(city.get("synthetic")):
            which = (
                "是示例数据，而 city.toml 没有写明" if synthetic else "没有写明是示例数据，而 city.toml 写明本市为示例"
            )
            yield _error(
                "source-synthetic", f"{where}/{name}", which, "示例数据和真实数据不能放在同一个文件夹，请分开存放"
            )


def _check_file(root: Path, path: Path) -> Iterator[Finding]:
    where = path.relative_to(root).as_posix()
    actual = digest(path.read_bytes())
    sidecar = sidecar_of(path)
    if not sidecar.is_file():
        action = f'在同一文件夹新建 {sidecar.name}，写明{_required_keys()}；其中 sha256 = "{actual}"'
        yield _error("source-missing", where, "缺少来源说明", action)
        return
    try:
        record = read_form(sidecar)
        Source.model_validate(record)
    except FormError as error:
        yield _error("source-form", f"{where}{SIDECAR}", str(error), "按提示改正")
        return
    except ValidationError as error:
        for fault in faults_of(error, Source):
            yield _error("source-form", f"{where}{SIDECAR}", fault, "按提示改正")
    expected = record.get("sha256")
    if isinstance(expected, str) and expected and expected.lower() != actual:
        what = f"文件与收到时不同：来源说明记的校验值是 {expected}，现在是 {actual}"
        action = "原始文件不得改动，请换回收到时的文件；自己填的表或新版文件，核对后运行 python pipeline.py accept 期名"
        yield _error("source-altered", where, what, action)


def _required_keys() -> str:
    required = {key: field.title for key, field in Source.model_fields.items() if field.is_required()}
    return "、".join(f" {key}（{title}）" for key, title in required.items())


def _missing(root: Path, raw: Path, sidecar: Path, files: list[Path]) -> Finding:
    where = raw.relative_to(root).as_posix()
    action = "把文件放回原处；不再使用的，连同来源说明一起移走"
    try:
        expected = read_form(sidecar).get("sha256")
    except FormError:
        expected = None
    renamed = [path.name for path in files if digest(path.read_bytes()) == expected]
    if renamed:
        action = f"文件似已改名为 {renamed[0]}，请改回 {raw.name}"
    return _error("source-absent", where, "有来源说明，但文件不在", action)


def _error(code: str, where: str, what: str, action: str) -> Finding:
    return Finding("error", code, where, what, action)
