"""读取记录 — how many figures, answers and entries of every file were read, and what became of them, by which rule.

Belongs here: the words for what can become of one. Each is counted once, where it is decided.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

    import pandas as pd

USED, CORRECTED, REPEATED = "采用", "更正后采用", "复述不重复计"
SET_ASIDE, BLANK, UNREADABLE = "登记为不采用", "空缺", "未能读取"
OTHERS, ELSEWHERE = "词表以外不采用", "其他地区不采用"
ENTRIES, ENTERED_AGAIN = "登记条目", "第二次录入"
ANSWERS_USED, ANSWERS_DROPPED = "答卷计入", "答卷因{}不计"
LISTED, LISTED_TWICE, NOT_COVERED = "机构计入", "机构重复不计", "机构不在名单范围不计"
_ORDER = (
    *(USED, CORRECTED, REPEATED, SET_ASIDE, BLANK, OTHERS, ELSEWHERE, UNREADABLE),
    *(ENTRIES, ENTERED_AGAIN, ANSWERS_USED, LISTED, LISTED_TWICE, NOT_COVERED),
)
Log = dict[str, dict[str, int]]  # file → what became → how many


def in_order(outcomes: Mapping[str, int]) -> dict[str, int]:
    """What became of the contents of a file, as it is told: what was used first; nothing that did not occur."""
    known = {name: number for number, name in enumerate(_ORDER)}
    names = sorted(outcomes, key=lambda name: (known.get(name, len(known)), name))
    return {name: outcomes[name] for name in names if outcomes[name]}


def in_words(outcomes: Mapping[str, int]) -> str:
    """The same in a line.

    >>> in_words({"空缺": 2, "采用": 31})
    '采用 31，空缺 2'
    """
    return "，".join(f"{name} {count}" for name, count in in_order(outcomes).items()) or "没有读出内容"


def to_frame(log: Log) -> pd.DataFrame:
    """One row a file, one column for what can become of its contents."""
    import pandas as pd

    frame = pd.DataFrame.from_dict(log, orient="index").fillna(0).astype(int)
    columns = in_order(dict.fromkeys(frame.columns, 1))
    return frame[[*columns]].rename_axis("文件")
