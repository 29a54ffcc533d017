"""The assembled report: an ordinary notebook with everything in its place, and nothing against the city unanswered."""

from __future__ import annotations

import re
from dataclasses import replace

import nbformat
import pytest
import yaml
from nbconvert import HTMLExporter
from nbconvert.filters.markdown import markdown2html
from nbformat import NotebookNode
from toy_report import EDITION
from toy_report import FACTS
from toy_report import FILES
from toy_report import GAP
from toy_report import PLACES
from toy_report import TARGET
from toy_report import TEXTS
from toy_report import changed
from toy_report import claim
from toy_report import executed
from toy_report import file

from tuoyu.nouns.errors import ContractError
from tuoyu.nouns.fact import Facts
from tuoyu.render.markdown import carried
from tuoyu.render.markdown import lower
from tuoyu.render.passages import passages
from tuoyu.text.cells import prose
from tuoyu.text.document import assemble
from tuoyu.text.needs import Lack
from tuoyu.text.tabulating import Table
from tuoyu.text.texts import Texts

BOTH = {**FACTS.claims, "托位未达目标": {**FACTS.claims["托位未达目标"], "rests_on": [GAP.id, PLACES.id]}}


def report(
    *ids: str, facts: Facts = FACTS, files: dict[str, bytes] | None = None, lacking: tuple[Lack, ...] = ()
) -> NotebookNode:
    """The toy's report with these exhibits."""
    sections = Texts.read({**FILES, **(files or {})}).sections
    return assemble(sections, executed(*ids), facts, lacking=lacking, keywords=("托育服务",))


def sources(document: NotebookNode) -> list[str]:
    """What its cells say."""
    return [cell.source for cell in document.cells]


def text(document: NotebookNode) -> str:
    """All of it."""
    return "\n\n".join(sources(document))


WHOLE = report("fig-a", "tab-b")


def exhibit(label: str) -> NotebookNode:
    """The cell of an exhibit."""
    return next(cell for cell in WHOLE.cells if cell.metadata.get("label") == label)


def test_it_is_a_valid_notebook_and_always_the_same() -> None:
    nbformat.validate(WHOLE)
    assert nbformat.writes(WHOLE) == nbformat.writes(report("fig-a", "tab-b"))


def test_first_cell_is_the_front_matter_of_quarto() -> None:
    front = yaml.safe_load(WHOLE.cells[0].source.strip("-\n"))
    assert front == {
        "title": "测试报告",
        "subtitle": "（2024年）",
        "author": "测试单位",
        "lang": "zh",
        "execute": {"enabled": False},
    }


def test_headings_are_plain_and_in_order() -> None:
    lines = [
        line for source in sources(WHOLE) for line in source.split("\n") if line.startswith(("##", "# 示", "# 口"))
    ]
    assert lines == [
        *("## 一、基本状况", "## 二、存在问题", "### （一）托位未达目标", "## 三、对策建议", "### （一）补足托位"),
        *("## 四、任务清单", "# 示范城市经验", "## 一、邻市", "# 口径"),
    ]
    assert "{#" not in text(WHOLE)


def test_title_stands_in_a_cell_for_those_who_do_not_read_the_front_matter() -> None:
    assert WHOLE.cells[1].source == '<div class="title">\n\n# 测试报告\n\n（2024年）\n\n测试单位\n\n</div>'
    assert WHOLE.metadata["title"] == "测试报告"
    assert "测试报告" not in lower(WHOLE).text


NUMBER = '<span class="fact" data-id="a">9\\*个</span>'


@pytest.mark.parametrize(
    "bold",
    [
        f"**托位{NUMBER}。**其余",
        f"托位**{NUMBER}**，其余",
        f"费**{NUMBER}以内**合理",
        "是**“甲”**和**（乙）丙**的",
        f"**{NUMBER}、{NUMBER}**和**甲！？**乙",
        "**甲。**乙**丙**丁",
    ],
)
def test_bold_opens_and_closes_for_every_reader(bold: str) -> None:
    """CommonMark opens and closes no bold between a letter and punctuation, and takes ``<`` for such."""
    shown = markdown2html(prose(bold))
    assert "<strong>" in shown
    assert "**" not in shown
    # ours is what it was, but for punctuation at the edges
    ours, before = (re.sub(r"\W", "", carried(text)) for text in (prose(bold), bold))
    assert ours == before
    assert "****" not in carried(prose(bold))


def test_exhibits_follow_the_paragraph_that_mentions_them() -> None:
    labels = [cell.metadata.get("label") or cell.source[:20] for cell in WHOLE.cells]
    figure, table = labels.index("fig-a"), labels.index("tbl-b")
    assert "见[图1](#fig-a)" in WHOLE.cells[figure - 1].source
    assert "见[表1](#tbl-b)" in WHOLE.cells[table - 2].source
    assert WHOLE.cells[table - 1].source == '<div class="caption">\n\n表1　标题tab-b\n\n</div>'


def test_exhibits_carry_what_other_programs_read() -> None:
    figure, table = exhibit("fig-a"), exhibit("tbl-b")
    assert (figure.metadata["fig-cap"], figure.metadata["fig-alt"]) == ("标题fig-a", "柱状图")
    assert (table.metadata["tbl-cap"], table.metadata["widths"]) == ("标题tab-b", "1,1.5")
    assert figure.outputs[0].metadata["image/svg+xml"] == {"alt": "柱状图"}
    assert figure.metadata["echo"] is False
    for cell in (figure, table):
        assert all(isinstance(cell.metadata[key], str) for key in ("label", "note"))


def test_unmentioned_exhibit_stands_at_the_end_of_its_section() -> None:
    document = report("fig-a", "tab-b", "fig-c")
    labels = [cell.metadata.get("label", "") for cell in document.cells]
    assert [label for label in labels if label] == ["fig-a", "tbl-b", "fig-c", "tbl-tasks"]


def test_missing_exhibit_takes_its_sentence_along() -> None:
    document = report("tab-b")
    assert "图" not in "".join(cell.source for cell in document.cells if cell.metadata.get("tuoyu", {}).get("section"))


def test_section_without_anything_is_left_out_and_on_record() -> None:
    assert "空的一节" not in text(WHOLE)
    assert {"what": "“空的一节”一节", "reason": "本节各段均缺少所需数据或材料"} in WHOLE.metadata["tuoyu"]["omissions"]


def test_empty_annex_takes_its_number_and_references_along() -> None:
    facts = changed(benchmarks=())
    document = report(
        "tab-b", facts=facts, files={"补托位.md": FILES["补托位.md"].replace("{{ 外地做法('补助') }}。".encode(), b"")}
    )
    assert "示范城市经验" not in text(document)
    assert "附件1\n\n</div>\n\n# 口径" in text(document)
    assert "各项见" not in text(document)


def test_lineage_of_all_that_is_printed() -> None:
    about = WHOLE.metadata["tuoyu"]
    assert sorted(about["facts"]) == [
        *("gap.990100.2024-08-31", "places.990100.2024-08-31", "places.990100.2025", "places.990200.2024-08-31"),
        "use_rate.990100.2024-08-31",
    ]
    assert about["findings"]["places.990100.2024-08-31"] == ["托位数存疑。请核对"]
    assert "places.990200.2024-08-31" not in about["findings"]
    assert sorted(about["evidence"]) == ["other-money", "甲—1"]
    assert about["keywords"] == ["托育服务", "测试市"]


def test_what_claims_decided_is_on_record_with_the_facts_that_decide() -> None:
    about = report("fig-a", "tab-b", facts=changed(claims=BOTH)).metadata["tuoyu"]
    decided = dict(about["judged"])
    assert decided["托位未达目标"] == [GAP.id, PLACES.id]  # the heading: the problem is named because of them
    assert decided[next(text for text in decided if text.startswith("托位比目标低300"))] == [GAP.id, PLACES.id]
    assert not any("按街道摸清底数" in one for one in decided)
    drawn = executed("fig-a", "tab-b")
    drawn.cells[0].outputs[0].metadata["tuoyu"]["data"] = {"columns": [], "rows": [], "facts": [TARGET.id]}
    about = assemble(Texts.read({"状况.md": FILES["状况.md"]}).sections, drawn, replace(FACTS, claims={}))
    assert TARGET.id in about.metadata["tuoyu"]["facts"]


def test_tasks_stand_behind_a_recommendation_and_in_a_table() -> None:
    assert (
        "本项工作由市卫生健康局、市教育局牵头，市场监管部门、各县（市、区）政府配合，面向附近家庭，建议2025年12月底前完成。"
        "所需经费有待测算，测算要用到各机构的成本。成效以使用率衡量，2024年8月底为<span"
    ) in text(WHOLE)
    row = exhibit("tbl-tasks").outputs[0].data["text/markdown"].splitlines()[2]
    assert row.startswith(
        "| 1 | 补足托位 | 牵头：市卫生健康局、市教育局；配合：市场监管部门、各县（市、区）政府"
        " | 2025年12月底前 | 需测算 | "
    )
    assert row.endswith("→建议60% |")


def test_edition_sets_its_own_date_and_value() -> None:
    edition = EDITION.from_dict({**EDITION.to_dict(), "proposals": {"补托位": {"by": "2026", "value": "70%"}}})
    made = text(report("fig-a", "tab-b", facts=changed(edition=edition)))
    assert "建议2026年底前完成" in made
    assert "建议值为70%" in made


def test_recommendation_goes_with_its_problem() -> None:
    facts = changed(
        claims={**FACTS.claims, "托位未达目标": claim("高于", holds=False, words="已达到目标", against=True)}
    )
    made = text(report("fig-a", "tab-b", facts=facts))
    assert "存在问题" not in made
    assert "对策建议" not in made
    assert "任务清单" not in made


def test_problem_that_nothing_answers_is_an_error() -> None:
    files = {"补托位.md": FILES["补托位.md"].replace(b"order: 7", "order: 7\nwhen: 使用率偏低".encode())}
    with pytest.raises(ContractError, match=r"缺托位\.md：这个问题写进了本期，但没有一条"):
        report("fig-a", "tab-b", files=files)


def test_claim_against_the_city_must_be_a_problem() -> None:
    facts = changed(claims={**FACTS.claims, "使用率偏低": claim(against=True)})
    with pytest.raises(ContractError, match="结论“使用率偏低”成立，对本市不利"):
        report("fig-a", "tab-b", facts=facts)


def test_brief_owes_no_answers() -> None:
    edition = EDITION.from_dict({**EDITION.to_dict(), "kind": "资料简报"})
    facts = replace(FACTS, edition=edition, claims={**FACTS.claims, "托位未达目标": claim(against=True)})
    sections = [one for one in Texts.read(FILES).sections if one.kind not in {"问题", "建议"}]
    assert assemble(sections, executed("fig-a", "tab-b"), facts)


def test_exhibit_without_a_home_is_an_error() -> None:
    with pytest.raises(ContractError, match="没有写进任何一节的 exhibits：tab-c，是不是 tab-b？"):
        report("tab-c")


def test_section_whose_exhibits_no_cell_shows_is_an_error() -> None:
    files = {"空.md": file("一句。", title="空", kind="节", order=3, exhibits="[fig-z]")}
    with pytest.raises(ContractError, match=r'report\.show\("空", …\)，图表有fig-z'):
        report("fig-a", files=files)


def test_two_written_sections_cannot_have_one_exhibit() -> None:
    files = {"要点.md": file("一句。", title="要点", kind="要点", order=1, exhibits="[fig-a]")}
    with pytest.raises(ContractError, match="fig-a"):
        assemble(Texts.read({**FILES, **files}).sections, executed("fig-a"), FACTS)


def test_what_is_wanting_is_told() -> None:
    made = report("fig-a", "tab-b", lacking=(Lack("在托人数", ("甲", "乙")),))
    assert "## 一、省略的内容\n\n缺少的列于[表3](#tbl-omissions)。" in text(made)
    [output] = made.cells[-1].outputs
    assert output.data["text/markdown"].endswith("| 1 | 在托人数 | 甲；乙 |")
    assert "省略的内容" not in text(WHOLE)


def test_rows_that_rest_on_nothing_in_the_report_are_left_out() -> None:
    cited = next(iter(WHOLE.metadata.tuoyu.facts))
    rows = (("印出的",), ("没有用的",))
    table = Table("tab-b", "来源", ("文件",), rows, ("left",), (1,), rests_on=((cited,), ()))
    notebook = executed("tab-b")
    notebook.cells[0].outputs = [
        nbformat.v4.new_output("display_data", data=dict(table.data), metadata={"tuoyu": {**table.about}})
    ]
    made = assemble(TEXTS.sections, notebook, FACTS)
    [output] = next(cell for cell in made.cells if cell.metadata.get("label") == "tbl-b").outputs
    assert output.data["text/markdown"].split("\n")[2:] == ["| 印出的 |"]
    assert "rests_on" not in output.metadata.tuoyu


def test_words_of_a_caption_mean_nothing_to_a_reader_of_markdown() -> None:
    shown = executed("fig-a")
    about = shown.cells[0].outputs[0].metadata["tuoyu"]
    about["title"], about["note"] = "甲<b>*乙*", "来源：<i>单位</i> [点](http://x)_斜_"
    made = assemble(Texts.read(FILES).sections, shown, FACTS)
    told = [one.text for one in passages(made) if one.kind in {"caption", "note"}]
    assert told[:2] == ["图1　甲<b>*乙*", "来源：<i>单位</i> [点](http://x)_斜_"]
    body, _ = HTMLExporter(template_name="basic").from_notebook_node(made)
    assert "来源：&lt;i&gt;单位&lt;/i&gt; [点](http://x)_斜_" in body


def test_nbconvert_makes_a_report_without_code_of_it() -> None:
    exporter = HTMLExporter(template_name="basic", exclude_anchor_links=True)
    body, _ = exporter.from_notebook_node(WHOLE)
    shown = re.sub(r"<[^>]+>", "", body)
    assert "<h1" in body
    assert "<h2" in body
    assert "<strong>托位比目标低" in body
    assert "enabled: false" not in shown
    assert "# 图1" not in shown
    assert "In\xa0[" not in shown
    assert "**" not in shown
    assert body.count("<img") == 1
    assert re.search(r'<div class="caption">\s*<p>图1　标题fig-a</p>\s*<p>数据来源：测试。</p>\s*</div>', body)
    assert "<table" in body
    assert "{#" not in body
