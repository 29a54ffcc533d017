"""What staff fill in (TOML): read strictly, with every fault listed at once in Chinese.

Belongs here: parsing and the wording of faults that any such file can have. What the keys of one
kind of file mean belongs to its own module (``edition``, ``source``).
"""

from __future__ import annotations

import difflib
import pickle
import re
import tomllib
import types
import typing
from functools import lru_cache
from typing import TYPE_CHECKING
from typing import Any

from pydantic import BaseModel

from tuoyu.nouns.personal import tells_of_somebody

if TYPE_CHECKING:
    from collections.abc import Iterable
    from collections.abc import Iterator
    from pathlib import Path

    from pydantic import ValidationError

_SYNTAX = (
    ("Cannot overwrite a value", "同一个键写了两次"),
    ("Cannot declare", "同一个小节写了两次"),
    ("Cannot mutate immutable", "同一个键或小节写了两次"),
    ("Invalid date or datetime", "日期不存在，请核对年月日"),
    ("Unterminated string", "引号没有配对"),
    ("Illegal character", "出现了不允许的字符（常见原因：引号没有配对，或用了中文引号）"),
    ("Invalid value", "等号右边不合规则（文字要加英文双引号；日期写作 2024-08-31）"),
    ("Expected '=' after a key", "键的后面缺等号"),
    ("Invalid statement", "这一行不合规则（键只用英文字母、数字、下划线）"),
    ("Expected newline or end of document", "一行写了两项，或日期不存在，或引号位置不对"),
    ("Unclosed array", "方括号没有配对"),
    ("Invalid initial character for a key part", "小节名或键名不合规则"),
)
_LONGEST = 40
_FORMS = 500  # that are kept as read
_KINDS = {
    "string_type": "应为文字，请加英文双引号",
    "date_type": "应为日期，写作 2024-08-31，不加引号",
    "tuple_type": '应为列表，写作 ["甲", "乙"]',
    "list_type": '应为列表，写作 ["甲", "乙"]',
    "model_type": "应为小节，用方括号另起一行写小节名",
    "dict_type": "应为小节，用方括号另起一行写小节名",
    "bool_type": "应为 true 或 false",
    "int_type": "应为整数",
    "string_too_short": "不能为空",
}


class FormError(ValueError):
    """A TOML file that cannot be parsed at all; the message is Chinese and names the line."""


def read_form(path: Path) -> dict[str, Any]:
    """The contents of a TOML file; raises FormError as :func:`parse_form`."""
    return parse_form(path.read_bytes())


def decode_form(content: bytes) -> str:
    """The text of a form; a byte-order mark, as Windows editors write it, is accepted. Raises FormError."""
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        msg = "文件不是 UTF-8 编码，请在记事本中“另存为”，编码选 UTF-8"
        raise FormError(msg) from None


def parse_form(content: bytes) -> dict[str, Any]:
    """The contents of TOML bytes; what we write ourselves must not tell of persons, for it is published.

    One form is asked for many times: the nation's and a province's by every edition. Who asks may change what they get.
    """
    try:
        record: dict[str, Any] = pickle.loads(_parsed(content))  # noqa: S301 - of our own making
    except RecursionError:
        msg = "方括号套得过深"
        raise FormError(msg) from None
    return record


@lru_cache(maxsize=_FORMS)
def _parsed(content: bytes) -> bytes:
    """The contents, pickled: each who asks gets a copy, and none is made faster."""
    text = decode_form(content)
    try:
        record = tomllib.loads(text)
        telling = [_key(where) for where, written in _texts_in(record) if tells_of_somebody(written)]
    except ValueError as error:
        raise FormError(_syntax_fault(str(error))) from None
    if telling:
        msg = f"{'、'.join(telling)} 里有电话、证件号、账号一类的个人信息，请删去（这里写的会随成果公布）"
        raise FormError(msg)
    return pickle.dumps(record)


def _texts_in(value: object, where: tuple[str | int, ...] = ()) -> Iterator[tuple[tuple[str | int, ...], str]]:
    """Every text of a form and where it stands; a key that people choose (an option, a name) is a text as well."""
    if isinstance(value, str):
        yield where, value
    elif isinstance(value, dict):
        yield from ((where, key) for key in value)
        for key, below in value.items():
            yield from _texts_in(below, (*where, key))
    elif isinstance(value, list):
        for number, below in enumerate(value):
            yield from _texts_in(below, (*where, number))


def _syntax_fault(message: str) -> str:
    place = re.search(r"at line (\d+), column (\d+)", message)
    where = f"第{place[1]}行第{place[2]}列" if place else "文件末尾"
    what = next((chinese for english, chinese in _SYNTAX if english in message), "不合 TOML 的写法")
    return f"{where}：{what}"


def faults_of(error: ValidationError, model: type[BaseModel]) -> list[str]:
    """Every fault that pydantic found, in Chinese, in the order of the file's keys."""
    return [_fault(dict(detail), model) for detail in error.errors(include_url=False)]


def _fault(detail: dict[str, Any], model: type[BaseModel]) -> str:
    path = [part for part in detail["loc"] if isinstance(part, str)]
    key = _key(detail["loc"])
    kind = detail["type"]
    if kind == "extra_forbidden":
        known = _known_keys(model, path[:-1])
        elsewhere = [] if near(path[-1], known) else _in_sections(model, path[-1])
        return f"不认识的键 {key}{suggestion(path[-1], elsewhere or known)}"
    if kind == "missing":
        return f"缺少 {key}（{_title(model, path) or '必填'}）"
    if kind in _KINDS:
        return f"{key}：{_KINDS[kind]}，现为 {shown(detail['input'])}"
    what = str(detail["msg"])
    if kind == "string_pattern_mismatch":
        what = f"写法不对，应为{_title(model, path) or '必填'}"
    if kind == "literal_error":
        allowed = detail["ctx"]["expected"].replace("'", "").replace(" or ", "、").replace(", ", "、")
        what = f"只能是 {allowed}"
    if isinstance(detail["input"], dict):  # a fault of a whole section: its keys say more than its contents
        return f"{key}：{what}" if key else what
    return f"{key}：{what}，现为 {shown(detail['input'])}"


def _key(location: tuple[str | int, ...]) -> str:
    """Where a fault is: ``reading.kind``, or ``correction 第2条 cell`` in a list."""
    words = [f"第{part + 1}条" if isinstance(part, int) else part for part in location if part != "[key]"]
    joined = ".".join(words)
    return re.sub(r"\.(第\d+条)\.?", r" \1 ", joined).strip()


def near(word: str, known: Iterable[str]) -> str:
    """``，是不是 as_of？`` where a known word is near, else nothing."""
    found = difflib.get_close_matches(word, sorted(known), n=1, cutoff=0.6)
    return f"，是不是 {found[0]}？" if found else ""


def suggestion(word: str, known: Iterable[str]) -> str:
    """The known word that is near, as :func:`near`, else the list of what may stand there."""
    choices = sorted(known)
    nearest = near(word, choices)
    if nearest:
        return nearest
    return f"；可用的有：{'、'.join(choices)}" if choices else ""


def shown(value: object) -> str:
    """A value as a person typed it, cut to a length that a terminal line can hold."""
    text = value.isoformat() if hasattr(value, "isoformat") else str(value)
    text = f"“{text}”" if isinstance(value, str) else text
    return text if len(text) <= _LONGEST else text[: _LONGEST - 1] + "…"


def _known_keys(model: type[BaseModel], path: list[str]) -> list[str]:
    section = _section(model, path)
    if section is None:
        return []
    return list(section.model_fields)


def _in_sections(model: type[BaseModel], key: str) -> list[str]:
    """Where a key stands that was written outside its section: ``assumptions.demand_rate``."""
    sections = {name: _known_keys(model, [name]) for name in model.model_fields}
    return [f"{name}.{key}" for name, keys in sections.items() if key in keys]


def title_of(model: type[BaseModel], path: list[str]) -> str:
    """The Chinese name of the key at a path; of a key that staff name themselves, that name.

    >>> from tuoyu.nouns.edition import EditionForm
    >>> title_of(EditionForm, ["assumptions", "demand_rate"])
    '送托意愿测算比例'
    """
    return _title(model, path) or path[-1]


def _title(model: type[BaseModel], path: list[str]) -> str | None:
    section = _section(model, path[:-1])
    field = section.model_fields.get(path[-1]) if section else None
    return field.title if field else None


def _section(model: type[BaseModel], path: list[str]) -> type[BaseModel] | None:
    for part in path:
        field = model.model_fields.get(part)
        found = _model_of(field.annotation) if field else None
        if found is None:
            return None
        model = found
    return model


def _model_of(annotation: object) -> type[BaseModel] | None:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation
    if typing.get_origin(annotation) is tuple:
        return _model_of(typing.get_args(annotation)[0])
    if isinstance(annotation, types.UnionType):
        return next((found for part in typing.get_args(annotation) if (found := _model_of(part))), None)
    return None
