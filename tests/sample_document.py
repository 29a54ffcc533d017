"""A small report made by hand, with what real editions seldom have all at once.

It lets the pages be tested without data: every heading level, lists, quotations, a figure taller than a page,
a table that does not fit on one, a row as tall as half a page, long foreign words, two annexes.
"""

from __future__ import annotations

from typing import Any

import nbformat
from nbformat import NotebookNode

# a white picture of 400 × 100 dots
PICTURE = (
    "iVBORw0KGgoAAAANSUhEUgAAAZAAAABkAQAAAACAsFvaAAAAKklEQVR42u3LoQEAAAwCIP9/Wm9YW4BOehZFURRFUR"
    "RFURRFURRFUf6VAZK3dZbuOp67AAAAAElFTkSuQmCC"
)


def fact(name: str, text: str) -> str:
    """A number as the assembled report carries it."""
    return f'<span class="fact" data-id="{name}">{text}</span>'


def _record(name: str, **known: Any) -> dict[str, Any]:  # noqa: ANN401 - a record holds anything
    blank = {
        "label": name,
        "value": "1",
        "unit": "个",
        "decimals": 0,
        "as_of": "2024-08",
        "basis": "",
        "formula": "",
        "kind": "observed",
        "inputs": [],
        "origins": [],
        "bound": "=",
        "interval": None,
        "respondents": None,
        "note": "",
        "part": {"axis": "", "name": "", "within": ""},
        "upper": None,
        "option": "",
        "uncertainty": "0",
        "printed": "1个",
        "when": "2024年8月底",
    }
    return {"id": name, **blank, **known}


def _origin(cell: str, printed: str) -> dict[str, str]:
    # the printed text tries to end the script that carries it
    return {
        "document": "托育服务统计表</script><script>alert(1)</script>",
        "producer": "示例市统计局",
        "file": "data/raw/sample/托育.xlsx",
        "sheet": "托育",
        "cell": cell,
        "printed": f"{printed}\u2028",
    }


def _about() -> dict[str, Any]:
    facts = {
        "places": _record("places", label="托位数", value="12000", printed="12000个", origins=[_origin("B5", "1.2万")]),
        "enrolled": _record(
            "enrolled", label="在托人数", value="4580", unit="人", printed="4580人", origins=[_origin("C5", "4580")]
        ),
        "use_rate": _record(
            "use_rate",
            label="托位使用率",
            value="38.166666",
            unit="%",
            decimals=1,
            printed="38.2%",
            kind="computed",
            formula="在托人数÷托位数×100%",
            inputs=["enrolled", "places"],
        ),
    }
    return {
        "title": "示例市托育服务监测报告",
        "subtitle": "（截至2024年8月底）",
        "date_text": "2024年9月",
        "status": "送审稿",
        "issuer": "示例市儿童早期发展研究中心",
        "letterhead": None,
        "city": "示例市",
        "edition": "sample-2024-08",
        "as_of": "2024-08-31",
        "synthetic": False,
        "keywords": ["托育服务"],
        "facts": facts,
        "findings": {"use_rate": ["示例疑点<b>。"]},
        "policies": {},
    }


def prose_cell(source: str, role: str, **more: int) -> NotebookNode:
    """A cell of text."""
    cell: NotebookNode = nbformat.v4.new_markdown_cell(source, metadata={"tuoyu": {"role": role, **more}})
    return cell


def _shown(data: dict[str, str], **about: Any) -> NotebookNode:  # noqa: ANN401 - as the metadata of a notebook
    output = nbformat.v4.new_output("display_data", data=data, metadata={"tuoyu": about})
    stray = nbformat.v4.new_output("stream", text="不属于报告的输出\n")
    cell: NotebookNode = nbformat.v4.new_code_cell("work.show(不应印出的代码)", outputs=[stray, output])
    return cell


def figure(name: str, *, width: int, height: int) -> NotebookNode:
    """A cell that shows a drawing of this size; all drawings use the same ids."""
    svg = (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}pt" height="{height}pt" viewBox="0 0 {width} {height}">'
        f'<defs><clipPath id="frame"><rect width="{width}" height="{height}"/></clipPath></defs>'
        f'<g clip-path="url(#frame)"><rect id="bar" width="{width // 2}" height="{height // 2}" fill="#14487a"/>'
        '<use href="#bar" x="9" y="9"/></g></svg>'
    )
    about = {
        "kind": "figure",
        "id": name,
        "title": f"示例图{name}",
        "alt": "柱状图：托位数多于在托人数",
        "note": "数据来源：示例。",
    }
    return _shown({"image/svg+xml": svg, "image/png": PICTURE}, **about)


def table(name: str, rows: list[list[str]], *, widths: list[int], long: bool = False) -> NotebookNode:
    """A cell that shows a table; the first row is its head."""
    head, *body = ["| " + " | ".join(row) + " |" for row in rows]
    marks = "|" + " :--- |" * (len(rows[0]) - 1) + " ---: |"
    markdown = "\n".join([head, marks, *body])
    about = {"kind": "table", "id": name, "title": f"示例表{name}", "note": "数据来源：示例。", "widths": widths}
    return _shown({"text/markdown": markdown}, **about, long=long)


BODY = f"""## 一、基本状况 {{#s-1}}

全市托位使用率为{fact("use_rate", "38.2%")}，在托人数{fact("enrolled", "4580人")}，
托位数（{fact("places", "12000个")}）见[图1](#fig-one)和[表1](#tab-short)。

### （一）供给 {{#s-1-1}}

#### 1\\.托位 {{#s-1-1-1}}

托育服务收费在1500~2000元、2000~3000元之间的居多。“引号”与《书名》齐全，**重点文字**加粗。

- 第一项
- 第二项

> 引用的一段文字。

***
"""

PLAIN_TABLE = "| 甲 | 乙 |\n| --- | --- |\n| 一 | 二 |"


def sample_document(**changes: Any) -> NotebookNode:  # noqa: ANN401 - values of the document's metadata
    """The report; ``changes`` replace what its metadata say, such as ``letterhead`` or ``synthetic``."""
    keys = "\n".join(f"- {fact('use_rate', '38.2%')}｜托位使用率｜第{number}项说明" for number in range(1, 6))
    paragraph = "本段用来占满版面，检查每行的字数和每面的行数是否合乎规定。" * 8
    files = [["序号", "文件", "数"], ["1", "editions/shifanchengshi-2024-08.toml", "1"], ["2", "情况说明" * 260, "2"]]
    cells = [
        prose_cell(keys, "keybox"),
        prose_cell(BODY, "body"),
        figure("fig-one", width=440, height=200),
        table("tab-short", [["指标", "数值"], ["托位数", fact("places", "12000个")]], widths=[3, 1]),
        prose_cell("\n\n".join([paragraph] * 12), "body"),
        figure("fig-tall", width=300, height=2400),
        table("tab-tall", [["项目", "数值"], *[[f"第{n}项", str(n)] for n in range(60)]], widths=[3, 1]),
        prose_cell("# 示例城市经验 {#annex-1}\n\n附件文字。", "annex", annex=1),
        table("tab-files", files, widths=[1, 30, 1], long=True),
        prose_cell(f"# 指标口径与数据来源 {{#annex-2}}\n\n{PLAIN_TABLE}", "annex", annex=2),
    ]
    document: NotebookNode = nbformat.v4.new_notebook(cells=cells, metadata={"tuoyu": {**_about(), **changes}})
    return document
