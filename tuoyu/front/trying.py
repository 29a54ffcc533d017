"""Sets up what-if editions (试算) for the verb ``run``.

Belongs here: what the command line may ask for. How such an edition is kept and checked stands in ``workspace``.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from tuoyu.engine.folders import Folders
from tuoyu.engine.folders import remove
from tuoyu.engine.locking import hold
from tuoyu.front.publication import facts_at
from tuoyu.front.review import RETURNS
from tuoyu.nouns.edition import WhatIf
from tuoyu.nouns.errors import ParameterError
from tuoyu.nouns.errors import StageError
from tuoyu.nouns.forms import suggestion
from tuoyu.nouns.period import in_words
from tuoyu.workspace.editions import check_record
from tuoyu.workspace.editions import check_targets
from tuoyu.workspace.editions import list_editions
from tuoyu.workspace.editions import load_edition
from tuoyu.workspace.whatif import check_name
from tuoyu.workspace.whatif import file_of
from tuoyu.workspace.whatif import list_what_ifs
from tuoyu.workspace.whatif import parse_settings
from tuoyu.workspace.whatif import read_what_if
from tuoyu.workspace.whatif import to_toml
from tuoyu.workspace.writing import write_atomically

if TYPE_CHECKING:
    from collections.abc import Mapping
    from collections.abc import Sequence
    from pathlib import Path

    from tuoyu.nouns.edition import Edition
    from tuoyu.nouns.fact import Fact

COMPARED = "reports/试算"  # where scenarios stand side by side
_TOGETHER = "试算要同时写 --set 参数=值 和 --as 期名，例如 --set assumptions.demand_rate=40% --as jiangmen-2024-08-high"


def differences(root: Path, edition: Edition) -> list[str] | None:
    """The figures that a what-if edition has otherwise than its base, has not, or has besides; None without a base."""
    base = edition.what_if.base if edition.what_if else ""
    before, now = (_printed(root / "data" / "processed" / name / "facts.json") for name in (base, edition.name))
    if not before:
        return None
    both = [(name, before[id_][1], number) for id_, (name, number) in now.items() if id_ in before]
    return [
        *(f"{name}　{old}→{new}" for name, old, new in both if old != new),
        *(f"{name}　{number}→没有" for id_, (name, number) in before.items() if id_ not in now),
        *(f"{name}　没有→{number}" for id_, (name, number) in now.items() if id_ not in before),
    ]


def _printed(path: Path) -> dict[str, tuple[str, str]]:
    """Label and number of every fact of a run, by id; none where it was made by another version."""
    if not path.is_file():
        return {}
    from tuoyu.facts.wording import printed

    try:
        facts = facts_at(path)
    except ParameterError:
        return {}
    return {id_: (called(one), printed(one)) for id_, one in facts.facts.items()}


def called(fact: Fact) -> str:
    """The label of a fact, with its date."""
    return f"{fact.label}（{in_words(fact.period)}）" if fact.period else fact.label


def set_up(root: Path, names: Sequence[str], settings: Sequence[str], name: str) -> str:
    """Keep the what-if edition that was asked for, once it is known to be fit; its name.

    Raises ParameterError, in which case nothing is written.
    """
    if not (settings and name):
        raise ParameterError(_TOGETHER)
    base = only_one(names)
    keep(root, name, checked(root, base, parse_settings(settings), name))
    return name


def only_one(names: Sequence[str]) -> str:
    """The one edition that is tried; ParameterError where several are named."""
    if len(names) != 1:
        msg = f"试算以一期为底本，现写了 {'、'.join(names)}"
        raise ParameterError(msg)
    return names[0]


def checked(root: Path, base: str, settings: Mapping[str, str], name: str) -> WhatIf:
    """The what-if edition of this name, known to be fit; ParameterError with all that is wrong with it."""
    check_name(name)
    if name in list_editions(root):
        msg = f"--as {name}：已经有名为 {name} 的期，试算请另起期名"
        raise ParameterError(msg)
    known = load_edition(root, base)
    earlier = known.what_if
    # What is tried on a what-if edition goes on from what that has set.
    what_if = WhatIf(base=earlier.base, settings={**earlier.settings, **settings}) if earlier else None
    what_if = what_if or WhatIf(base=known.name, settings=dict(settings))
    check_targets(root, check_record(root, name, what_if))
    return what_if


def keep(root: Path, name: str, what_if: WhatIf) -> None:
    """Put a what-if edition on record."""
    write_atomically(file_of(root, name), to_toml(what_if))


def base_of(root: Path, name: str) -> str:
    """The edition on which something is tried; empty where the record of that is damaged."""
    try:
        found = read_what_if(root, name)
    except ParameterError:
        return ""
    return found.base if found else ""


def refuse_others(root: Path, names: Sequence[str]) -> None:
    """ParameterError where any of these is no what-if edition."""
    known, editions = list_what_ifs(root), list_editions(root)
    for name in names:
        if name in editions:
            msg = f"{name} 是一期报告，不是试算，没有改动"
            raise ParameterError(msg)
        if name not in known:
            msg = f"没有名为 {name} 的试算{suggestion(name, known)}"
            raise ParameterError(msg)


def drop(root: Path, name: str) -> None:
    """Take a what-if edition away with all that was made of it; StageError while it is in use."""
    folders = Folders(root, name)
    with hold(folders.lock, name):
        folders.sweep()
        for folder in (folders.reports, folders.processed, root / "reports" / RETURNS / name):
            remove(folder)
            if folder.exists():
                msg = f"无法删去 {folder.relative_to(root).as_posix()}：其中有文件正被打开，请先关闭再试"
                raise StageError(msg)
        base = base_of(root, name)
        file_of(root, name).unlink()
    if base and not any(base_of(root, one) == base for one in list_what_ifs(root)):
        for compared in (root / COMPARED).glob(f"{base}.*"):
            compared.unlink()
