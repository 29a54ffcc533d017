"""A finding (核验意见): what a check has to say about the data, and what to do about it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from typing import Literal

from tuoyu.nouns.personal import without_personal

Severity = Literal["error", "warning", "note"]
CORRECTED = "correction"  # the code of findings that tell of a registered correction
WAIVER = "waiver"  # of those that carry an entry of what was verified, until it meets its doubt
VERIFIED = "verified"  # of doubts that were looked into
# findings on which conclusions rest, as a reader knows them
SPOKEN = {
    "impossible-share": "占比不能由整数得出",
    "large-change": "与上期相比变动过大",
    "restated-target": "目标互为折算",
}
SEVERITY_NAMES: dict[Severity, str] = {"error": "矛盾", "warning": "存疑", "note": "提示"}
SETTLED = {CORRECTED: "已更正", VERIFIED: "已核实"}  # by the code of findings that a person has answered


@dataclass(frozen=True)
class Finding:
    """核验意见 — one statement of a check.

    ``error`` stops the run; ``warning`` asks a person to look; ``note`` explains a decision.
    ``where`` names file, sheet and cell in words. What it casts doubt on: ``indicators`` (ids) of ``place`` (code), in
    one ``period`` or, where that is empty, in any. ``office`` settled it, on the day ``on``, where that is on record.
    """

    severity: Severity
    code: str
    where: str
    what: str
    action: str
    indicators: tuple[str, ...] = ()
    place: str = ""
    period: str = ""
    office: str = ""
    on: str = ""

    def __post_init__(self) -> None:
        if self.severity not in SEVERITY_NAMES:
            msg = f"unknown severity {self.severity!r}"
            raise ValueError(msg)
        if not (self.what and self.where):
            msg = "a finding needs both what and where"
            raise ValueError(msg)
        # Findings are printed and published: what a file says of a person must not get there, whoever quotes it.
        for name in ("where", "what", "action"):
            object.__setattr__(self, name, without_personal(getattr(self, name)))

    @property
    def text(self) -> str:
        """One line for a terminal or a list: where, what, what to do."""
        return f"{self.where}：{self.what}" + (f"→ {self.action}" if self.action else "")

    @property
    def standing(self) -> str:
        """What it is to a reader: answered, or else how severe."""
        return SETTLED.get(self.code) or SEVERITY_NAMES[self.severity]

    @property
    def asks(self) -> bool:
        """Whether somebody is asked to look, and nobody has answered: a correction on record is an answer."""
        return self.severity == "warning" and self.code != CORRECTED

    def concerns(self, indicator: str, place: str, period: str) -> bool:
        """Whether it casts doubt on a figure of this indicator, place and period."""
        return indicator in self.indicators and self.place == place and self.period in {"", period}

    def to_dict(self) -> dict[str, Any]:
        """A JSON-ready dictionary."""
        return {**vars(self), "indicators": list(self.indicators)}

    @classmethod
    def from_dict(cls, record: dict[str, Any]) -> Finding:
        """The finding that :meth:`to_dict` wrote."""
        return cls(**{**record, "indicators": tuple(record["indicators"])})
