"""A toy subject for the text: two indicators, one city, a few files; facts and exhibits are made by hand."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from typing import Any

import nbformat
from nbformat import NotebookNode
from sample_document import PICTURE

from tuoyu.nouns.city import City
from tuoyu.nouns.edition import Edition
from tuoyu.nouns.fact import Fact
from tuoyu.nouns.fact import Facts
from tuoyu.nouns.fact import Origin
from tuoyu.nouns.finding import Finding
from tuoyu.nouns.register import Evidence
from tuoyu.nouns.register import Policy
from tuoyu.nouns.register import Practice
from tuoyu.text.texts import Texts

ORIGIN = Origin("统计公报", "测试统计局", "data/raw/town/甲.csv", "", "B2", "1200")
TOWN = City(
    name="测试市",
    short="测试",
    code="990100",
    level="地级市",
    province="测试省",
    province_code="990000",
    departments={"卫生健康": "市卫生健康局", "教育": "市教育局"},
    folder="town",
)
OTHER = City(name="邻市", short="邻", code="990200", level="地级市", folder="other")
EDITION = Edition.from_dict(
    {
        "name": "town-2024",
        "city": "town",
        "as_of": "2024-08-31",
        "population_as_of": "2023-12-31",
        "benchmarks": ("other",),
        "comparators": (),
        "assumptions": {"demand_rate": "30%", "demand_rate_source": "测试"},
        "targets": {"places": "plan-places"},
        "publication": {"title": "测试报告", "subtitle": "（2024年）", "issuer": "测试单位", "status": "送审稿"},
    }
)
MECHANISM, MONEY = "机制", "财政"


def fact(indicator: str, name: str, value: str, **known: Any) -> Fact:  # noqa: ANN401 - fields of a fact
    """A fact of the town at the end of August 2024."""
    blank: dict[str, Any] = {
        "place": TOWN.code,
        "period": "2024-08-31",
        "label": name,
        "unit": "个",
        "decimals": 0,
        "basis": "",
        "formula": "",
        "kind": "observed",
        "origins": (ORIGIN,),
    }
    return Fact(indicator=indicator, name=name, value=Decimal(value), **{**blank, **known})


PLACES = fact("places", "托位数", "1200")
USED = fact("use_rate", "使用率", "38.24", unit="%", decimals=1)
THEIRS = fact("places", "托位数", "3000", place=OTHER.code, label="邻市托位数")
TARGET = fact("places", "托位数目标", "1500", period="2025", label="托位数目标", kind="policy")
GAP = fact("gap", "托位差距", "-300", kind="computed", inputs=(PLACES.id, TARGET.id), origins=())


def claim(
    outcome: str = "低于",
    *,
    holds: bool | None = True,
    words: str = "",
    against: bool = False,
    slight: bool = False,
) -> dict[str, Any]:
    """A claim as ``facts.claims`` holds it."""
    reason = "" if holds is not None else "没有数据"
    return {"holds": holds, "outcome": outcome, "words": words, "reason": reason, "against": against, "slight": slight}


FACTS = Facts(
    facts={one.id: one for one in (PLACES, USED, THEIRS, TARGET, GAP)},
    names={
        "托位数": PLACES.id,
        "places": PLACES.id,
        "使用率": USED.id,
        "use_rate": USED.id,
        "托位数目标": TARGET.id,
        "托位差距": GAP.id,
    },
    missing={"在托人数": "本期没有这项数据", "出生人口": "本期没有这项数据"},
    edition=EDITION,
    city=TOWN,
    benchmarks=(OTHER,),
    claims={
        "托位未达目标": claim(words="比目标低{{ 托位差距|绝对值 }}", against=True),
        "略有不足": claim(slight=True),
        "使用率偏低": claim("高于", holds=False),
        "出生下降": claim("缺据", holds=None),
    },
    findings=(Finding("warning", "x", "甲.csv", "托位数存疑", "请核对", ("places",), TOWN.code),),
    policies=(
        Policy.model_validate(
            {
                "id": "plan",
                "title": "托育规划",
                "issuer": "测试省",
                "number": "测〔2021〕1号",
                "year": "2021",
                "asks": "增加托位",
                "target": ({"id": "plan-places", "indicator": "places", "value": "1500个"},),
            }
        ),
    ),
    evidence=(
        Evidence(
            id="甲—1", topic="用地", text="社区场地难找*。", document="调研记录", published="2024-06", place="town"
        ),
        Practice(
            id="other-money",
            topic="补助",
            text="按在托人数补助",
            document="邻市文件",
            published="2024",
            group=MONEY,
            serves=("补助",),
            place="other",
        ),
    ),
)


def changed(**known: Any) -> Facts:  # noqa: ANN401 - fields of facts
    """The toy's facts with other fields."""
    return replace(FACTS, **known)


def file(body: str = "", **front: object) -> bytes:
    """A text file with this front matter."""
    lines = [f"{key}: {value}" for key, value in front.items()]
    return "\n".join(["---", *lines, "---", body]).encode()


FILES = {
    "要点.md": file("**托位{{ 托位数 }}。**\n使用率{{ 使用率 }}。", title="要点", kind="要点", order=1),
    "状况.md": file(
        "**托位{{ 结论('托位未达目标') }}。**\n{{ 托位数|时点 }}，{{ 我市 }}有托位{{ 托位数 }}，"
        "见{{ 图('fig-a') }}。\n\n"
        "在托{{ 在托人数 }}。\n\n各项见{{ 表('tab-b') }}和{{ 附件('市外') }}。\n\n"
        "{{ 点 }}甲项：{{ 序 }}甲；{{ 序 }}乙。",
        title="基本状况",
        kind="章",
        order=2,
        when="有 托位数",
        exhibits="[fig-a, tab-b, fig-c]",
    ),
    "空.md": file("在托{{ 在托人数 }}。", title="空的一节", kind="节", order=3),
    "存在问题.md": file(title="存在问题", kind="章", order=4),
    "缺托位.md": file(
        "托位还{{ 结论('托位未达目标') }}。\n{{ 证据('甲—1') }}。",
        title="托位未达目标",
        kind="问题",
        order=5,
        when="托位未达目标",
    ),
    "建议.md": file(title="对策建议", kind="章", order=6),
    "补托位.md": file(
        "{{ 序 }}按街道摸清底数。\n{{ 外地做法('补助') }}。",
        title="补足托位",
        kind="建议",
        order=7,
        answers="缺托位",
        lead="[卫生健康, 教育]",
        **{"with": "[市场监管, 各县（市、区）政府]", "for": "附近家庭", "by": "2025-12", "indicator": "使用率"},
        money="需测算：需要各机构的成本。",
        target="建议60%",
    ),
    "清单.md": file("各项建议见{{ 表('tab-tasks') }}。", title="任务清单", kind="任务清单", order=8),
    "市外.md": file(title="示范城市经验", kind="附件", order=9),
    "各市.md": file(
        "{{ 该市 }}有托位{{ 托位数 }}，使用率{{ 使用率 }}。\n\n{{ 该市 }}现有托位{{ 托位数 }}。\n\n"
        "::: {when=\"有做法 财政\"}\n{{ 该市 }}{{ 做法('财政') }}。\n:::",
        title="各市",
        kind="示范城市",
        order=10,
    ),
    "口径.md": file("托位照来源。", title="口径", kind="附件", order=11),
    "省略.md": file(
        "缺少的列于{{ 表('tab-omissions') }}。",
        title="省略的内容",
        kind="附件节",
        order=12,
        when="有表 tab-omissions",
        exhibits="[tab-omissions]",
    ),
}
TEXTS = Texts.read(FILES)


def executed(*ids: str) -> NotebookNode:
    """03_report as the engine leaves it: a cell with these exhibits."""
    outputs = [_output(id_) for id_ in ids]
    source = 'report.show("状况", charts.a(facts))'
    cells = [nbformat.v4.new_code_cell(source, id="one", outputs=outputs, execution_count=1)]
    notebook: NotebookNode = nbformat.v4.new_notebook(cells=cells)
    return notebook


def _output(id_: str) -> NotebookNode:
    about: dict[str, Any] = {"id": id_, "title": f"标题{id_}", "note": "数据来源：测试。"}
    if id_.startswith("fig"):
        about |= {"kind": "figure", "alt": "柱状图"}
        data = {"image/svg+xml": "<svg/>", "image/png": PICTURE, "text/plain": "图"}
    else:
        about |= {"kind": "table", "widths": [1, 1.5], "long": False}
        data = {"text/markdown": "| 甲 | 乙 |\n|:---|---:|\n| 丙 | 1 |", "text/plain": "表"}
    output: NotebookNode = nbformat.v4.new_output("display_data", data=data, metadata={"tuoyu": about})
    return output
