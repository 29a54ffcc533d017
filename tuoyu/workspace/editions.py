"""Edition files (``editions/*.toml``) on disk; every fault of one is listed at once.

Nothing heavy is imported here: a wrong edition file is reported well before any kernel starts.
"""

from __future__ import annotations

import os
from datetime import date
from typing import TYPE_CHECKING
from typing import Any

from pydantic import ValidationError

from tuoyu.nouns.edition import Edition
from tuoyu.nouns.edition import EditionForm
from tuoyu.nouns.errors import ParameterError
from tuoyu.nouns.forms import FormError
from tuoyu.nouns.forms import faults_of
from tuoyu.nouns.forms import read_form
from tuoyu.nouns.forms import shown
from tuoyu.nouns.forms import suggestion

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

_ENDING = ".toml"


def list_editions(root: Path) -> list[str]:
    """Names of all editions, sorted."""
    files = _names_in(root / "editions")
    return sorted(name.removesuffix(_ENDING) for name in files if name.endswith(_ENDING) and not name.startswith("."))


def _names_in(folder: Path) -> list[str]:
    # Asked for every edition: anything slower would be felt where there are hundreds.
    return os.listdir(folder) if folder.is_dir() else []  # noqa: PTH208


def load_edition(root: Path, name: str) -> Edition:
    """The edition ``editions/<name>.toml``; raises ParameterError with every fault it has."""
    if name.startswith(".") or f"{name}{_ENDING}" not in _names_in(root / "editions"):
        near = suggestion(name, list_editions(root))
        msg = f"没有名为 {name} 的期{near}（期的参数文件放在 editions/ 下，文件名即期名）"
        raise ParameterError(msg)
    try:
        record = read_form(root / "editions" / f"{name}.toml")
    except FormError as error:
        raise _refused(name, [str(error)]) from None
    faults = ["期名取自文件名，请删去 name"] if "name" in record else []
    edition = None
    try:
        edition = Edition.model_validate({**record, "name": name})
    except ValidationError as error:
        faults += faults_of(error, EditionForm)
    faults += [*_folder_faults(root, record), *_previous_faults(root, name, record)]
    if edition is None or faults:
        raise _refused(name, faults)
    return edition


def _refused(name: str, faults: list[str]) -> ParameterError:
    lines = [f"参数文件 editions/{name}.toml 有 {len(faults)} 处问题，请改正后重新运行："]
    lines += [f"  {number}. {fault}" for number, fault in enumerate(faults, 1)]
    return ParameterError("\n".join(lines))


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
