"""What can go wrong for the user, one class per phase, each with its exit code.

Every message is Chinese and says what is wrong, where it is, and what to do about it.
Faults of our own code are ordinary exceptions and keep their traceback.
"""

from __future__ import annotations

from typing import TYPE_CHECKING
from typing import ClassVar

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tuoyu.nouns.finding import Finding


class TuoyuError(Exception):
    """A fault that the user can mend; shown without a traceback."""

    exit_code: ClassVar[int] = 1


class StageError(TuoyuError):
    """环节运行失败 — a notebook raised, ran too long, or did not make what it promised."""

    exit_code = 1


class ParameterError(TuoyuError):
    """用法或参数有误 — the command line or an edition file is wrong; ``faults`` are what is wrong one by one."""

    exit_code = 2

    def __init__(self, what: str, faults: Sequence[str] = ()) -> None:
        super().__init__(what)
        self.faults = tuple(faults) or (what,)


class ContractError(TuoyuError):
    """笔记本或流程约定被违反 — a notebook's form, or a read or write that was not declared."""

    exit_code = 3


class DataError(TuoyuError):
    """数据有误 — raw files that cannot be used as they are, listed all at once."""

    exit_code = 4

    @classmethod
    def from_findings(cls, findings: Sequence[Finding]) -> DataError:
        """One error that lists every finding, in the order given."""
        lines = [f"原始数据有 {len(findings)} 处问题，未生成新的成果，原有成果未动："]
        lines += [f"  {number}. {finding.text}" for number, finding in enumerate(findings, 1)]
        return cls("\n".join(lines))


class RenderError(TuoyuError):
    """成稿失败 — the assembled report could not be turned into a page."""

    exit_code = 5
