"""Raw files (原始文件) on disk, each with its sidecar ``NAME.source.toml``.

Belongs here: finding raw files and proving that they are the files that were received. Every file is read once: what
is handed on are the bytes that were compared with the sidecar.
What stands inside them is the business of ``reading``.
"""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING
from typing import Any
from typing import TypeVar

from pydantic import BaseModel
from pydantic import ValidationError

from tuoyu.nouns.city import City
from tuoyu.nouns.city import Corrections
from tuoyu.nouns.errors import DataError
from tuoyu.nouns.finding import Finding
from tuoyu.nouns.forms import FormError
from tuoyu.nouns.forms import decode_form
from tuoyu.nouns.forms import faults_of
from tuoyu.nouns.forms import parse_form
from tuoyu.nouns.forms import read_form
from tuoyu.nouns.personal import without_personal
from tuoyu.nouns.questions import QUESTIONS
from tuoyu.nouns.questions import Questions
from tuoyu.nouns.source import RawFile
from tuoyu.nouns.source import Source
from tuoyu.workspace.writing import write_atomically

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tuoyu.nouns.edition import Edition

SIDECAR = ".source.toml"
CITY = "city.toml"
CORRECTIONS = "corrections.toml"
FORMS: dict[str, type[BaseModel]] = {CITY: City, CORRECTIONS: Corrections, QUESTIONS: Questions}
_LONGEST_NAME = 255 - len(".part") - 1  # bytes of a name that a file system keeps, beside those of a copy
_DESKTOP_FILES = {"thumbs.db", "desktop.ini"}
_NOT_UTF8, _TELLING = "文件名不是 UTF-8 编码", "文件名里有电话、证件号一类的个人信息"
_TOO_LONG, _CLOSED = "文件名过长，来源说明无法存放", "文件或来源说明无法打开（没有读取权限，或正被占用）"
_UNFIT = {
    _NOT_UTF8: "把文件名改为常用字，重新存放",
    _TELLING: "把文件名里的个人信息去掉",
    _TOO_LONG: "把文件名改短",
    _CLOSED: "关闭打开它的程序，核对读取权限",
}
_DIGEST = re.compile(r"""(?m)^(sha256\s*=\s*)(?:"[^"\n]*"|'[^'\n]*')""")
_Form = TypeVar("_Form", bound=BaseModel)


@dataclass(frozen=True)
class _Received:
    """One raw file as it was read: its bytes, and those of its sidecar if there is one.

    ``unfit`` says why the file cannot be read at all.
    """

    path: Path
    where: str
    content: bytes
    paper: bytes | None
    unfit: str = ""

    @cached_property
    def record(self) -> dict[str, Any]:
        """What the sidecar says. Raises FormError where it cannot be parsed."""
        return parse_form(self.paper or b"")

    @cached_property
    def digest(self) -> str:
        return digest(self.content)


def list_raw(root: Path, place: str) -> list[Path]:
    """Raw files of a place folder, sorted: no sidecars and none of the folder's own forms."""
    return [path for path in list_inputs(root, place) if not path.name.endswith(SIDECAR) and path.name not in FORMS]


def list_registers(root: Path, place: str) -> list[Path]:
    """The registers (TOML) among the raw files of a place folder, sorted."""
    return [path for path in list_raw(root, place) if path.suffix.lower() == ".toml"]


def list_inputs(root: Path, place: str) -> list[Path]:
    """Every file of a place folder, sorted, without what Excel, Windows and macOS leave behind."""
    folder = root / "data" / "raw" / place
    files = (path for path in folder.rglob("*") if path.is_file())
    return sorted(path for path in files if not is_litter(path, folder))


def is_litter(path: Path, folder: Path) -> bool:
    """Whether a file below a folder is only what programs leave behind (~$表.xlsx, 表.csv~, .git, Thumbs.db)."""
    parts = path.relative_to(folder).parts
    return any(part.startswith((".", "~")) or part.endswith("~") or part.lower() in _DESKTOP_FILES for part in parts)


def load_raw(root: Path, edition: Edition) -> list[RawFile]:
    """All raw files that the edition may read, with bytes and sidecars; DataError if any is unfit."""
    received = {place: _receive(root, place) for place in edition.places}
    findings = [one for place, files in received.items() for one in _check_place(root, edition, place, files)]
    if findings:
        raise DataError.from_findings(findings)
    return [
        RawFile(
            path=one.where,
            place=place,
            suffix=one.path.suffix.lower(),
            content=one.content,
            source=Source.model_validate(one.record),
        )
        for place, files in received.items()
        for one in files
    ]


def load_forms(root: Path, edition: Edition, form: type[_Form]) -> dict[str, _Form]:
    """One form (City, Corrections, Questions) of every place of the edition that has it, by folder.

    Raises FormError if one is broken.
    """
    name = next(name for name, known in FORMS.items() if known is form)
    paths = {place: root / "data" / "raw" / place / name for place in edition.places}
    return {place: _load_form(path, form, place) for place, path in paths.items() if path.is_file()}


def _load_form(path: Path, form: type[_Form], place: str) -> _Form:
    try:
        read = form.model_validate(read_form(path))
    except ValidationError as error:
        raise FormError("；".join(faults_of(error, form))) from None
    return read.model_copy(update={"folder": place}) if "folder" in form.model_fields else read


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
        text = _text_of(paper)
        changed, count = _DIGEST.subn(rf'\g<1>"{actual}"', text, count=1)
        if count and changed != text:
            write_atomically(paper, changed.encode())
            accepted.append(path)
    return accepted


def _text_of(paper: Path) -> str:
    try:
        return decode_form(paper.read_bytes()) if paper.is_file() else ""
    except FormError as error:
        msg = f"来源说明 {paper.name} 无法读取：{error}"
        raise DataError(msg) from None


def digest(content: bytes) -> str:
    """SHA-256 in hexadecimal, as sidecars and the manifest write it."""
    return hashlib.sha256(content).hexdigest()


def check_sources(root: Path, edition: Edition) -> list[Finding]:
    """Everything that is wrong with the raw files as files: missing, altered, or without papers."""
    return [
        finding for place in edition.places for finding in _check_place(root, edition, place, _receive(root, place))
    ]


def _receive(root: Path, place: str) -> list[_Received]:
    return [_received(path, path.relative_to(root).as_posix()) for path in list_raw(root, place)]


def _received(path: Path, where: str) -> _Received:
    if not _is_utf8(path.name):
        shown = path.name.encode("utf-8", "surrogateescape").decode("gb18030", "replace")
        where = f"{where.rpartition('/')[0]}/{shown}"
        return _Received(path, where, b"", None, _NOT_UTF8)
    if (shown := without_personal(where)) != where:
        return _Received(path, shown, b"", None, _TELLING)
    if len(sidecar_of(path).name.encode()) > _LONGEST_NAME:
        return _Received(path, where, b"", None, _TOO_LONG)
    try:
        paper = sidecar_of(path)
        return _Received(path, where, path.read_bytes(), paper.read_bytes() if paper.is_file() else None)
    except OSError:
        return _Received(path, where, b"", None, _CLOSED)


def _is_utf8(name: str) -> bool:
    try:
        name.encode()
    except UnicodeEncodeError:
        return False
    return True


def _check_place(root: Path, edition: Edition, place: str, files: list[_Received]) -> Iterator[Finding]:
    where = f"data/raw/{place}"
    if not files:
        yield _error("source-folder", where, "没有任何数据文件", "把收到的文件连同来源说明放进这个文件夹")
    if place not in edition.comparators and not (root / where / CITY).is_file():
        yield _error("source-city", f"{where}/{CITY}", "缺少城市信息文件", "照其他城市的 city.toml 写一份")
    for name, form in FORMS.items():
        yield from _check_form(root / where / name, f"{where}/{name}", form)
    known = {one.path for one in files}
    sidecars = [path for path in list_inputs(root, place) if path.name.endswith(SIDECAR)]
    gone = {raw: path for path in sidecars if (raw := path.with_name(path.name.removesuffix(SIDECAR))) not in known}
    renamed = {raw: name for raw, path in gone.items() if (name := _renamed(path, files))}
    for one in files:
        if one.path.name not in renamed.values():
            yield from _check_file(one)
    yield from _check_synthetic(root, where, files)
    for raw in gone:
        action = "把文件放回原处；不再使用的，连同来源说明一起移走"
        if raw in renamed:
            action = f"文件似已改名为 {renamed[raw]}：改回 {raw.name}，或把来源说明改名为 {renamed[raw]}{SIDECAR}"
        yield _error("source-absent", raw.relative_to(root).as_posix(), "有来源说明，但文件不在", action)


def _check_form(path: Path, where: str, form: type[BaseModel]) -> Iterator[Finding]:
    try:
        if path.is_file():
            form.model_validate(read_form(path))
    except FormError as error:
        yield _error("source-form", where, str(error), "按提示改正")
    except ValidationError as error:
        for fault in faults_of(error, form):
            yield _error("source-form", where, fault, "按提示改正")


def _check_synthetic(root: Path, where: str, files: list[_Received]) -> Iterator[Finding]:
    """Made-up figures and real ones must not stand in one folder: the report says which it is on every page."""
    try:
        city = read_form(root / where / CITY) if (root / where / CITY).is_file() else {}
        made_up = {one.path.name: bool(one.record.get("synthetic")) for one in files if one.paper is not None}
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


def _check_file(one: _Received) -> Iterator[Finding]:
    if one.unfit:
        yield _error("source-unfit", one.where, one.unfit, _UNFIT[one.unfit])
        return
    if one.paper is None and SIDECAR in one.path.name:
        name = one.path.name.partition(SIDECAR)[0] + SIDECAR
        what = f"来源说明的文件名后面多了“{one.path.name.removeprefix(name)}”"
        yield _error("source-named", one.where, what, f"改名为 {name}（在文件夹里打开“显示文件扩展名”再改）")
        return
    if one.paper is None:
        paper = sidecar_of(one.path)
        if any(other.name.startswith(paper.name) for other in one.path.parent.iterdir()):
            return  # it is there under a name that is told by itself
        action = f'在同一文件夹新建 {paper.name}，写明{_required_keys()}；其中 sha256 = "{one.digest}"；不用的文件移走'
        yield _error("source-missing", one.where, "缺少来源说明", action)
        return
    try:
        Source.model_validate(one.record)
    except FormError as error:
        yield _error("source-form", f"{one.where}{SIDECAR}", str(error), "按提示改正")
        return
    except ValidationError as error:
        for fault in faults_of(error, Source):
            yield _error("source-form", f"{one.where}{SIDECAR}", fault, "按提示改正")
    expected = one.record.get("sha256")
    if isinstance(expected, str) and expected and expected.lower() != one.digest:
        what = f"文件与收到时不同：来源说明记的校验值是 {expected}，现在是 {one.digest}"
        action = "原始文件不得改动，请换回收到时的文件；自己填的表或新版文件，核对后运行 python pipeline.py accept 期名"
        yield _error("source-altered", one.where, what, action)


def _required_keys() -> str:
    required = {key: field.title for key, field in Source.model_fields.items() if field.is_required()}
    return "、".join(f" {key}（{title}）" for key, title in required.items())


def _renamed(sidecar: Path, files: list[_Received]) -> str:
    """The name that the file of a sidecar has now; empty where no file has its digest and no sidecar of its own."""
    try:
        expected = read_form(sidecar).get("sha256")
    except FormError:
        return ""
    return next((one.path.name for one in files if one.paper is None and one.digest == expected), "")


def _error(code: str, where: str, what: str, action: str) -> Finding:
    return Finding("error", code, where, what, action)
