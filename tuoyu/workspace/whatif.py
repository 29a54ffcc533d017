"""What-if editions (试算): an edition with a few parameters set otherwise, while no file of the user is touched.

Belongs here: where such an edition is kept, and what setting a parameter means. That the result is fit is checked by
``editions``, with the same words as for an edition file.
"""

from __future__ import annotations

import copy
import json
import re
from typing import TYPE_CHECKING
from typing import Any

from pydantic import ValidationError

from tuoyu.nouns.edition import EditionForm
from tuoyu.nouns.edition import WhatIf
from tuoyu.nouns.errors import ParameterError
from tuoyu.nouns.forms import FormError
from tuoyu.nouns.forms import parse_form
from tuoyu.nouns.forms import read_form
from tuoyu.nouns.forms import shown
from tuoyu.nouns.personal import tells_of_somebody
from tuoyu.nouns.personal import without_personal

if TYPE_CHECKING:
    from collections.abc import Iterable
    from collections.abc import Mapping
    from pathlib import Path

FOLDER = "data/processed/.what-if"
_ENDING = ".toml"
_NAME = re.compile(r"[a-z0-9][a-z0-9_-]*")
_EXAMPLE = "--set assumptions.demand_rate=40%"


def file_of(root: Path, name: str) -> Path:
    """Where the what-if edition of this name is kept."""
    return root / FOLDER / f"{name}{_ENDING}"


def list_what_ifs(root: Path) -> list[str]:
    """Names of all what-if editions, sorted."""
    return sorted(path.stem for path in (root / FOLDER).glob(f"[!.]*{_ENDING}"))


def read_what_if(root: Path, name: str) -> WhatIf | None:
    """What was set, and on which edition; None where there is no what-if edition of this name."""
    path = file_of(root, name)
    if not _NAME.fullmatch(name) or not path.is_file():
        return None
    try:
        return WhatIf.model_validate(read_form(path))
    except (FormError, ValidationError):
        msg = f"试算 {name} 的记录 {FOLDER}/{path.name} 已损坏，请用 run 期名 --set … --as {name} 重新写出"
        raise ParameterError(msg) from None


def to_toml(what_if: WhatIf) -> bytes:
    """The file of a what-if edition."""
    lines = [
        "# 试算：由 pipeline.py run 写出，不要手改；用 pipeline.py drop 删去。",
        f"base = {_quoted(what_if.base)}",
    ]
    lines += ["", "[settings]", *(f"{_quoted(path)} = {_quoted(text)}" for path, text in what_if.settings.items())]
    return ("\n".join(lines) + "\n").encode()


def _quoted(text: str) -> str:
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")


def parse_settings(words: Iterable[str]) -> dict[str, str]:
    """What ``--set`` was given, by dotted path. Raises ParameterError with every one that is not fit.

    >>> parse_settings(["assumptions.demand_rate=40%", "outlook.until = 2035"])
    {'assumptions.demand_rate': '40%', 'outlook.until': '2035'}
    """
    settings: dict[str, str] = {}
    faults = []
    for word in words:
        path, sign, text = (part.strip() for part in word.partition("="))
        if not sign or not all(path.split(".")):
            faults.append(f"--set 写作 参数=值，例如 {_EXAMPLE}，现为 {shown(word)}")
        elif path in settings:
            faults.append(f"--set {path} 写了两次")
        if tells_of_somebody(word):
            faults.append(
                f"--set {without_personal(path)} 里有电话、证件号、账号一类的个人信息，请删去（试算的参数会随成果公布）"
            )
        settings[path] = text
    if faults:
        raise ParameterError("\n".join(faults))
    return settings


def check_name(name: str) -> None:
    """Raise ParameterError where a name is not fit for the folders of its products."""
    if not _NAME.fullmatch(name):
        msg = f"试算的期名（--as）只用小写字母、数字、连字符，例如 jiangmen-2024-08-high，现为 {shown(name)}"
        raise ParameterError(msg)


def applied(record: Mapping[str, Any], settings: Mapping[str, str]) -> dict[str, Any]:
    """The record of an edition file with these parameters set; an empty text leaves the parameter out.

    A text is taken as the file would have it, without the quotes where the parameter is a text. Raises FormError
    where a path leads through something that is no section.
    """
    changed = dict(record)
    for path, text in settings.items():
        steps = path.split(".")
        candidate, literal = _with(changed, steps, _typed(text)), _with(changed, steps, text)
        changed = literal if text and _is_faulty(candidate, steps) and not _is_faulty(literal, steps) else candidate
    return _without_outrun(changed, settings)


def _without_outrun(record: dict[str, Any], settings: Mapping[str, str]) -> dict[str, Any]:
    """The record without the lower and higher rate, where only the rate was set and is no longer between them."""
    rates = [["assumptions", f"demand_rate_{which}"] for which in ("low", "high")]
    left = [steps for steps in rates if ".".join(steps) not in settings]
    if "assumptions.demand_rate" in settings and any(_is_faulty(record, steps) for steps in left):
        for steps in left:
            record = _with(record, steps, None)
    return record


def _typed(text: str) -> object:
    """The value that the text is in TOML, or the text itself; None for an empty one."""
    if not text:
        return None
    try:
        found = parse_form(f"value = {text}".encode())
    except (FormError, UnicodeEncodeError):
        return text
    return found["value"] if found.keys() == {"value"} else text


def _with(record: Mapping[str, Any], steps: list[str], value: object) -> dict[str, Any]:
    changed = copy.deepcopy(dict(record))
    section = changed
    for number, step in enumerate(steps[:-1], 1):
        section = section.setdefault(step, {})
        if not isinstance(section, dict):
            msg = f"--set {'.'.join(steps)}：{'.'.join(steps[:number])} 不是小节，下面没有别的参数"
            raise FormError(msg)
    if value is None:
        section.pop(steps[-1], None)
    else:
        section[steps[-1]] = value
    return changed


def _is_faulty(record: Mapping[str, Any], steps: list[str]) -> bool:
    try:
        EditionForm.model_validate(record)
    except ValidationError as error:
        return any([*detail["loc"]][: len(steps)] == steps for detail in error.errors(include_url=False))
    return False
