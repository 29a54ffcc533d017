"""The report in its notebook: the filled text with its exhibits for whoever looks, exhibits alone for the engine."""

from __future__ import annotations

from dataclasses import dataclass
from dataclasses import field
from typing import Any
from unittest.mock import patch

import pytest
from toy_report import FACTS
from toy_report import FILES

from tuoyu.nouns.errors import ContractError
from tuoyu.text import showing
from tuoyu.text.tabulating import Table


@dataclass
class Desk:
    """A workspace that remembers what it was shown."""

    unattended: bool = False
    seen: list[str] = field(default_factory=list)

    def texts(self) -> dict[str, bytes]:
        if self.unattended:
            raise AssertionError
        return FILES

    def show(self, exhibit: Any) -> None:  # noqa: ANN401 - any exhibit
        self.seen.append(exhibit.id)


def table(id_: str) -> Table:
    """A small table."""
    return Table(id_, f"标题{id_}", ("甲",), (("1",),), ("left",), (1,))


def shown(name: str, *exhibits: Table | None) -> list[str]:
    """What a cell displays, in order: text, and the ids of exhibits."""
    desk = Desk()
    with patch.object(showing, "_display", desk.seen.append):
        showing.open_report(desk, FACTS).show(name, *exhibits)
    return desk.seen


def test_section_is_shown_as_a_reader_will_see_it() -> None:
    seen = shown("状况", table("tab-b"), None)
    assert seen[:4] == ["## 基本状况", "各项见[表1](#tbl-b)和[附件1](#annex-1)。", "表1　标题tab-b", "tab-b"]
    assert seen[4] == "1\\.甲项：一是甲；二是乙。"
    assert seen[-1] == "*没有写：在托…。（在托人数：本期没有这项数据）*"


def test_recommendation_is_shown_with_its_task() -> None:
    assert any("本项工作由市卫生健康局" in text for text in shown("补托位"))


def test_benchmark_file_is_shown_for_each_city() -> None:
    assert shown("各市")[0] == "## 邻市"


def test_section_that_is_not_written_says_so() -> None:
    files = {**FILES, "状况.md": FILES["状况.md"].replace("有 托位数".encode(), "使用率偏低".encode())}
    with patch.dict(FILES, files):
        assert shown("状况") == ["*基本状况：本期不写（条件“使用率偏低”不成立或没有依据）。*"]


def test_unknown_section_is_told() -> None:
    with pytest.raises(ContractError, match=r"notebooks/report 里没有 状态\.md"):
        shown("状态")


def test_engine_is_given_exhibits_alone_each_once() -> None:
    desk = Desk(unattended=True)
    report = showing.open_report(desk, FACTS)
    report.show("状况", table("tab-b"), None)
    report.show("别处", table("tab-b"), table("tab-c"))
    assert desk.seen == ["tab-b", "tab-c"]


def test_faults_of_the_text_are_told_at_once() -> None:
    with patch.dict(FILES, {"坏.md": b"x"}), pytest.raises(ContractError, match=r"坏\.md"):
        showing.open_report(Desk(), FACTS)
