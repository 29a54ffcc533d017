"""Edition files (``editions/*.toml``) on disk; every fault of one is listed at once.

Nothing heavy is imported here: a wrong edition file is reported well before any kernel starts.
"""

from __future__ import annotations

import os
from datetime import date
from functools import lru_cache
from functools import partial
from typing import TYPE_CHECKING
from typing import Any

from pydantic import ValidationError

from tuoyu.nouns.edition import Edition
from tuoyu.nouns.edition import EditionForm
from tuoyu.nouns.errors import ParameterError
from tuoyu.nouns.forms import FormError
from tuoyu.nouns.forms import faults_of
from tuoyu.nouns.forms import near
from tuoyu.nouns.forms import parse_form
from tuoyu.nouns.forms import read_form
from tuoyu.nouns.forms import shown
from tuoyu.nouns.forms import suggestion
from tuoyu.nouns.forms import title_of
from tuoyu.nouns.indicator import NATION
from tuoyu.workspace.raw import list_registers
from tuoyu.workspace.whatif import applied
from tuoyu.workspace.whatif import file_of
from tuoyu.workspace.whatif import list_what_ifs
from tuoyu.workspace.whatif import read_what_if

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tuoyu.nouns.edition import WhatIf

_ENDING = ".toml"
_REGISTERS = 1000  # read once, for many cities share those of their country and province


def list_editions(root: Path) -> list[str]:
    """Names of all editions, sorted."""
    files = _names_in(root / "editions")
    return sorted(name.removesuffix(_ENDING) for name in files if name.endswith(_ENDING) and not name.startswith("."))


def _names_in(folder: Path) -> list[str]:
    # Asked for every edition: anything slower would be felt where there are hundreds.
    return os.listdir(folder) if folder.is_dir() else []  # noqa: PTH208


def load_edition(root: Path, name: str) -> Edition:
    """The edition ``editions/<name>.toml``, or the what-if edition of this name.

    Raises ParameterError with every fault it has.
    """
    what_if = None if _is_there(root, name) else read_what_if(root, name)
    base = what_if.base if what_if else name
    if not _is_there(root, base):
        nearest = suggestion(base, [*list_editions(root), *list_what_ifs(root)])
        msg = f"没有名为 {base} 的期{nearest}（期的参数文件放在 editions/ 下，文件名即期名）"
        raise ParameterError(msg)
    return check_record(root, name, what_if)


def check_record(root: Path, name: str, what_if: WhatIf | None = None) -> Edition:
    """The edition that a file there is, with what ``what_if`` sets; ParameterError with every fault."""
    base = what_if.base if what_if else name
    refused = partial(_refused, _whose(name, what_if))
    try:
        record = read_form(root / "editions" / f"{base}{_ENDING}")
        record = applied(record, what_if.settings) if what_if else record
    except FormError as error:
        raise refused([str(error)]) from None
    faults = ["期名取自文件名，请删去 name"] if "name" in record else []
    faults += ["不认识的键 what_if"] if "what_if" in record else []
    edition = None
    try:
        edition = Edition.model_validate({**record, "name": name, "what_if": what_if})
    except ValidationError as error:
        faults += faults_of(error, EditionForm)
    faults += [*_folder_faults(root, record), *_previous_faults(root, name, record)]
    if edition is None or faults:
        raise refused(faults)
    return _marked(edition)


def check_targets(root: Path, edition: Edition) -> None:
    """Raise ParameterError for targets that no register of the edition's places has; nothing else would miss them."""
    wanted = {key: id_ for key, id_ in edition.targets.model_dump().items() if id_}
    registers = (path for place in edition.places for path in list_registers(root, place))
    known = dict(pair for path in registers for pair in _target_ids(path.read_bytes()))
    faults = [
        f"targets.{key}：{shown(id_)} 在政策登记表里写明是 {known[id_]} 的目标，不是本省或者全国的，请换一个或删去"
        for key, id_ in wanted.items()
        if known.get(id_) and known[id_] != NATION
    ]
    faults += [
        f"targets.{key}：政策登记表里没有编号为 {shown(id_)} 的目标{near(id_, known) or '，请先登记，或删去这一行'}"
        for key, id_ in wanted.items()
        if id_ not in known
    ]
    if faults:
        raise _refused(_whose(edition.name, edition.what_if), faults)


@lru_cache(maxsize=_REGISTERS)
def _target_ids(content: bytes) -> tuple[tuple[str, str], ...]:
    """Ids of the targets in a register, each with the place that it is of alone; one with faults is told by others."""
    if b"target" not in content:  # most are long and have none
        return ()
    try:
        policies = parse_form(content).get("policy", [])
        targets = [target for policy in policies for target in policy.get("target", [])]
        return tuple((str(target["id"]), str(target.get("place", ""))) for target in targets)
    except (FormError, KeyError, TypeError, AttributeError):
        return ()


def edition_files(root: Path, edition: Edition) -> list[Path]:
    """The files in which the parameters of an edition stand."""
    what_if = edition.what_if
    file = root / "editions" / f"{what_if.base if what_if else edition.name}{_ENDING}"
    return [file, file_of(root, edition.name)] if what_if else [file]


def _is_there(root: Path, name: str) -> bool:
    return not name.startswith(".") and f"{name}{_ENDING}" in _names_in(root / "editions")


def _marked(edition: Edition) -> Edition:
    """The edition with what was set in its subtitle, so that no page can be taken for the real one."""
    if edition.what_if is None:
        return edition
    settings = edition.what_if.settings.items()
    titled = [(title_of(EditionForm, path.split(".")), text) for path, text in settings]
    told = "，".join(f"{title}改为{text}" if text else f"不写{title}" for title, text in titled)
    publication = edition.publication
    subtitle = f"{publication.subtitle}（试算：{told}）"
    return edition.model_copy(update={"publication": publication.model_copy(update={"subtitle": subtitle})})


def _whose(name: str, what_if: WhatIf | None) -> str:
    return f"试算 {name}（{what_if.base} 改 {what_if.words}）" if what_if else f"参数文件 editions/{name}.toml "


def _refused(whose: str, faults: list[str]) -> ParameterError:
    lines = [f"{whose}有 {len(faults)} 处问题，请改正后重新运行："]
    lines += [f"  {number}. {fault}" for number, fault in enumerate(faults, 1)]
    return ParameterError("\n".join(lines), faults)


def _folder_faults(root: Path, record: dict[str, Any]) -> Iterator[str]:
    raw = root / "data" / "raw"
    listed = set(_names_in(raw))

    def lacks(name: str) -> str:
        if name in listed and (raw / name).is_dir():
            return ""
        known = sorted(one for one in listed if (raw / one).is_dir())
        return f"data/raw 下没有文件夹 {shown(name)}{suggestion(name, known)}"

    city = record.get("city")
    if isinstance(city, str) and (lacking := lacks(city)):
        yield f"city：{lacking}"
    for key in ("benchmarks", "comparators"):
        value = record.get(key)
        names = [item for item in value if isinstance(item, str)] if isinstance(value, list) else []
        for item in dict.fromkeys(names):
            if item == city:
                yield f"{key}：不能包含本市 {city}"
            elif lacking := lacks(item):
                yield f"{key}：{lacking}"
            if names.count(item) > 1:
                yield f"{key}：{item} 写了 {names.count(item)} 次"
            if item != city and _code(root, item) is not None and _code(root, item) == _code(root, city):
                yield f"{key}：{item} 与本市 {city} 的行政区划代码相同，是同一个城市"


def _code(root: Path, folder: object) -> object:
    """The code that a folder's city.toml gives; None where there is none to read."""
    try:
        return read_form(root / "data" / "raw" / str(folder) / "city.toml").get("code")
    except (FormError, OSError):
        return None


def _previous_faults(root: Path, name: str, record: dict[str, Any]) -> Iterator[str]:
    previous = record.get("previous")
    if not isinstance(previous, str) or not previous:
        return
    others = [edition for edition in list_editions(root) if edition != name]
    if previous == name:
        yield "previous：上一期不能是本期自己"
    elif previous not in others:
        yield f"previous：没有名为 {shown(previous)} 的期{suggestion(previous, others)}"
    else:
        yield from _order_faults(root / "editions" / f"{previous}.toml", record)


def _order_faults(path: Path, record: dict[str, Any]) -> Iterator[str]:
    try:
        earlier = read_form(path)
    except FormError as error:
        yield f"previous：上一期的参数文件 {path.name} 无法读取，{error}"
        return
    if earlier.get("city") != record.get("city"):
        yield f"previous：{path.stem} 是另一个城市（{shown(earlier.get('city'))}）的期"
    ours, theirs = record.get("as_of"), earlier.get("as_of")
    if type(ours) is date and type(theirs) is date and theirs >= ours:
        yield f"previous：{path.stem} 的 as_of（{theirs}）不早于本期（{ours}）"
