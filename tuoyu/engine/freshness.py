"""Which stages of an edition are fresh (未变), and in words why the others are not.

After a run ``stages.json`` beside the products holds the fingerprint of every stage and the digests of what it made.
A stage is fresh if its fingerprint is still the same and its products are still there as they were made.
"""

from __future__ import annotations

import copy
import json
from dataclasses import dataclass
from dataclasses import field
from enum import StrEnum
from fnmatch import fnmatchcase
from typing import TYPE_CHECKING
from typing import Any

from tuoyu.engine.cache import EXECUTED
from tuoyu.engine.cells import INJECTED
from tuoyu.engine.cells import OF_THE_KERNEL
from tuoyu.engine.cells import cut
from tuoyu.engine.fingerprint import ABSENT
from tuoyu.engine.fingerprint import CODE
from tuoyu.engine.fingerprint import DECLARATION
from tuoyu.engine.fingerprint import ENVIRONMENT
from tuoyu.engine.fingerprint import INPUT
from tuoyu.engine.fingerprint import NOTEBOOK
from tuoyu.engine.fingerprint import PACKAGE
from tuoyu.engine.fingerprint import PARAMETER
from tuoyu.engine.fingerprint import TEXT
from tuoyu.engine.fingerprint import Fingerprint
from tuoyu.engine.fingerprint import Sight
from tuoyu.engine.fingerprint import Site
from tuoyu.engine.fingerprint import fingerprint_stage
from tuoyu.engine.fingerprint import look_at_notebook
from tuoyu.engine.folders import Folders
from tuoyu.engine.manifest import STATE
from tuoyu.engine.manifest import digest_tree
from tuoyu.workspace.opening import to_json
from tuoyu.workspace.writing import write_atomically

if TYPE_CHECKING:
    from collections.abc import Collection
    from collections.abc import Mapping
    from collections.abc import Sequence
    from pathlib import Path

    from tuoyu.nouns.stage import Stage

_FORMAT = 1
_MOST_NAMES = 5


class Kind(StrEnum):
    """原因 — why a stage has to run; the value is the Chinese word for it."""

    FIRST = "首次运行"
    CODE = "代码"
    NOTEBOOK = "笔记本"
    TEXT = "文字"
    PARAMETER = "参数"
    INPUT = "输入"
    PACKAGE = "程序包"
    ENVIRONMENT = "环境"
    MISSING = "成果缺失"
    ALTERED = "成果被改动"
    FORCED = "指定重做"
    UPSTREAM = "上游环节"


_CODE_OF_A_STAGE = frozenset({NOTEBOOK, DECLARATION})
_PARTS = {
    PARAMETER: Kind.PARAMETER,
    INPUT: Kind.INPUT,
    TEXT: Kind.TEXT,
    PACKAGE: Kind.PACKAGE,
    ENVIRONMENT: Kind.ENVIRONMENT,
}
_WITH_VALUES = {Kind.PARAMETER, Kind.ENVIRONMENT}
_REACHED = {Kind.PARAMETER, Kind.PACKAGE, Kind.ENVIRONMENT}


@dataclass(frozen=True)
class Reason:
    """One reason, with the names of what has changed."""

    kind: Kind
    details: tuple[str, ...] = ()

    @property
    def words(self) -> str:
        """``参数 as_of 2024-08-31→2024-12-31``; of many names the first five.

        >>> Reason(Kind.INPUT, tuple("abcdefg")).words
        '输入 a、b、c、d、e等 7 项'
        """
        shown = "、".join(self.details[:_MOST_NAMES])
        more = f"等 {len(self.details)} 项" if len(self.details) > _MOST_NAMES else ""
        return f"{self.kind} {shown}{more}" if shown else str(self.kind)


@dataclass(frozen=True)
class Verdict:
    """Whether a stage is fresh: without any reason it is. ``fingerprint`` and ``sight`` are those of now."""

    stage: str
    reasons: tuple[Reason, ...]
    fingerprint: Fingerprint = field(repr=False)
    sight: Sight = field(repr=False)

    @property
    def fresh(self) -> bool:
        """Whether nothing has to be done."""
        return not self.reasons

    @property
    def words(self) -> str:
        """All reasons in Chinese, or 未变."""
        return "；".join(reason.words for reason in self.reasons) or "未变"


@dataclass(frozen=True)
class Made:
    """What is on record of the last run of a stage."""

    fingerprint: Fingerprint
    products: Mapping[str, str]
    sight: Sight

    def to_dict(self) -> dict[str, Any]:
        """Ready for JSON."""
        return {"fingerprint": self.fingerprint.parts, "products": self.products, "sight": self.sight.to_dict()}

    @classmethod
    def from_dict(cls, record: Mapping[str, Any]) -> Made:
        """The value behind :meth:`to_dict`."""
        sight = Sight.from_dict(record["sight"])
        return cls(Fingerprint(dict(record["fingerprint"])), dict(record["products"]), sight)


def load_state(processed: Path) -> dict[str, Made]:
    """What is on record of every stage, by name; nothing where there is no record that can be read."""
    try:
        record = json.loads((processed / STATE).read_bytes())
        if record["format"] != _FORMAT:
            return {}
        return {name: Made.from_dict(made) for name, made in record["stages"].items()}
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return {}


def save_state(processed: Path, made: Mapping[str, Made]) -> None:
    """Write the record beside the products."""
    stages = {name: one.to_dict() for name, one in made.items()}
    write_atomically(processed / STATE, to_json({"format": _FORMAT, "stages": stages}).encode())


def list_products(processed: Path) -> dict[str, str]:
    """Digests of all products of an edition, by name."""
    return digest_tree(processed)


def products_of(stage: Stage, products: Mapping[str, str]) -> dict[str, str]:
    """Those that the stage made, its executed notebook among them."""
    patterns = (*stage.makes, f"{EXECUTED}/{stage.notebook}")
    return {name: value for name, value in products.items() if any(fnmatchcase(name, one) for one in patterns)}


def examine(
    site: Site, stages: Sequence[Stage], products: Mapping[str, str], *, forced: Collection[str] = ()
) -> list[Verdict]:
    """The verdict on every stage, from the digests of the products as they are in place.

    A stage behind one that has to run is told as 上游环节: it may turn out fresh once the products before it are
    made again, see :func:`judge`. Raises ParameterError where the previous edition is needed and has faults.
    """
    state = load_state(Folders(site.root, site.edition.name).processed)
    verdicts: dict[str, Verdict] = {}
    for stage in stages:
        made = state.get(stage.name)
        sight = look_at_notebook(site.notebook(stage), site.surroundings, made.sight if made else None)
        fingerprint = fingerprint_stage(site, stage, products, sight=sight)
        stale = [one for one in stages[: len(verdicts)] if not verdicts[one.name].fresh]
        behind = [one for one in stale if _feeds(one, stage, products)]
        pending = {name for one in behind for name in products_of(one, {**products, **_recorded(state, one)})}
        reasons = judge(fingerprint, made, products_of(stage, products), pending=pending)
        reasons += [Reason(Kind.FORCED)] if stage.name in forced else []
        reasons += [Reason(Kind.UPSTREAM, tuple(one.title for one in behind))] if behind else []
        verdicts[stage.name] = Verdict(stage.name, tuple(reasons), fingerprint, sight)
    return list(verdicts.values())


def _recorded(state: Mapping[str, Made], stage: Stage) -> Mapping[str, str]:
    return state[stage.name].products if stage.name in state else {}


def _feeds(one: Stage, stage: Stage, products: Mapping[str, str]) -> bool:
    """Whether a stage makes something that a later one needs; a need may be a pattern, and so may a promise."""
    made = {*one.makes, *products_of(one, products)}
    return any(fnmatchcase(name, need) or fnmatchcase(need, name) for need in stage.needs for name in made)


def judge(
    fingerprint: Fingerprint, made: Made | None, products: Mapping[str, str], *, pending: Collection[str] = ()
) -> list[Reason]:
    """Why what is on record does not hold any more; nothing if it does. ``pending`` inputs are not looked at."""
    if made is None:
        return [Reason(Kind.FIRST)]
    code = fingerprint.changes(made.fingerprint, CODE).keys()
    rewritten = bool(code & _CODE_OF_A_STAGE)
    notebooks = tuple(name for name in code if name not in _CODE_OF_A_STAGE)
    reasons = [Reason(Kind.CODE)] if rewritten else []
    reasons += [Reason(Kind.NOTEBOOK, notebooks)] if notebooks else []
    for part, kind in _PARTS.items():
        changes = fingerprint.changes(made.fingerprint, part)
        # Other code may reach other things: that they come or go says nothing that 代码 does not say.
        hidden = {name for name, change in changes.items() if rewritten and kind in _REACHED and ABSENT in change}
        details = tuple(_told(kind, name, *changes[name]) for name in changes if name not in {*hidden, *pending})
        if details:
            reasons.append(Reason(kind, details))
    missing = tuple(name for name in made.products if name not in products)
    altered = tuple(name for name, value in products.items() if made.products.get(name) != value)
    reasons += [Reason(Kind.MISSING, missing)] if missing else []
    reasons += [Reason(Kind.ALTERED, altered)] if altered else []
    return reasons


def _told(kind: Kind, name: str, before: str, now: str) -> str:
    if kind in _WITH_VALUES:
        return f"{name} {cut(before, 40)}→{cut(now, 40)}"
    return name if ABSENT not in {before, now} else f"{name}（{'新增' if before == ABSENT else '已移走'}）"


def renewed(executed: Mapping[str, Any], prepared: Mapping[str, Any]) -> dict[str, Any]:
    """A notebook that was prepared for a run, with the results of an earlier run of the same code.

    So the prose of today stands beside results that still hold, as a run would leave them.
    Raises ValueError if the code cells of the two do not answer to one another.
    """
    done = [cell for cell in executed["cells"] if cell["cell_type"] == "code"]
    new: dict[str, Any] = copy.deepcopy(dict(prepared))
    waiting = [cell for cell in new["cells"] if cell["cell_type"] == "code"]
    if [_is_injected(cell) for cell in done] != [_is_injected(cell) for cell in waiting]:
        msg = "the code cells of the two notebooks do not answer to one another"
        raise ValueError(msg)
    for cell, ran in zip(waiting, done, strict=True):
        cell["outputs"], cell["execution_count"] = copy.deepcopy(ran["outputs"]), ran["execution_count"]
    of_the_kernel = {key: value for key, value in executed["metadata"].items() if key in OF_THE_KERNEL}
    new["metadata"] = copy.deepcopy(of_the_kernel)
    return new


def _is_injected(cell: Mapping[str, Any]) -> bool:
    return INJECTED in cell["metadata"].get("tags", ())
