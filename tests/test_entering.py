"""A second entry is held against the first figure by figure, and is no second source."""

from __future__ import annotations

from dataclasses import replace

import pytest
from conftest import facts_of
from received import cleaned
from received import received
from received import sidecar

from tuoyu.childcare.example import files
from tuoyu.facts.checks_entry import entered_once
from tuoyu.nouns.city import City
from tuoyu.nouns.finding import Finding
from tuoyu.nouns.forms import parse_form
from tuoyu.nouns.source import Source
from tuoyu.reading.cleaning import Cleaned
from tuoyu.reading.entering import CODE
from tuoyu.workspace.raw import CITY
from tuoyu.workspace.raw import SIDECAR
from tuoyu.workspace.workbook import new_workbook
from tuoyu.workspace.workbook import to_bytes

FIRST = "序号,地区,指标,数据,口径,时点"
LINES = (
    "1,某某市,托位数,23595个,,截至2024年8月底",
    "2,某某市,在托人数,9022人,,截至2024年8月底",
    "3,某某市,出生人口,2.86万人,户籍口径,2023年",
)
AGAIN = "序号,文件,地区,指标,数据,口径,时点"
TARGET = """
[[policy]]
id = "plan"
title = "规划"
issuer = "市政府"
year = "2021"

[[policy.target]]
id = "places-2025"
indicator = "places_per_thousand"
value = "5.5个/千人"
year = "2025"
"""
STREETS = [
    ["区县", "街道", "社区", "社区数（个）", "3岁以下婴幼儿数（人）"],
    ["东湖区", "春风街道", "合计", 12, 4000],
    [None, None, "东园社区", None, 320],
]


def entered_again(*lines: str, file: str = "摘录.csv") -> list[str]:
    """The same lines as the second person typed them."""
    return [",".join([number, file, *rest]) for number, *rest in (line.split(",") for line in lines)]


def held(first: list[str], second: list[str], **kinds: bytes) -> Cleaned:
    """What reading the two entries gives; ``kinds`` are further files, by the name of their kind."""
    sources = [
        received("\r\n".join([FIRST, *first]).encode(), sidecar("figures", title="公报"), "摘录.csv"),
        received("\r\n".join([AGAIN, *second]).encode(), sidecar("second_entry", title="第二次录入"), "二次录入.csv"),
    ]
    names = {"policies": "政策.toml", "communities": "街道.xlsx", "survey": "问卷.csv"}
    sources += [received(content, sidecar(kind, period="2024年末"), names[kind]) for kind, content in kinds.items()]
    return cleaned(*sources)


def differences(result: Cleaned) -> list[Finding]:
    assert {one.code for one in result.findings if one.severity == "error"} <= {CODE}
    return [one for one in result.findings if one.code == CODE]


def test_second_entry_that_agrees_is_no_source_and_marks_the_first() -> None:
    result = held(list(LINES), entered_again(*LINES))
    assert result.findings == []
    assert [(one.file, one.cell, one.document, one.twice) for one in result.observations] == [
        ("data/raw/town/摘录.csv", f"D{row}", "公报", True) for row in (2, 3, 4)
    ]


@pytest.mark.parametrize(
    ("line", "typed", "heading"),
    [
        (0, LINES[0].replace("23595", "23559"), "数据“23559个”与“23595个”"),
        (0, LINES[0].replace("23595", "超过23595"), "数据"),
        (2, LINES[2].replace("2023", "2022"), "时点“2022”与“2023”"),
        (2, LINES[2].replace("户籍口径", "常住口径"), "口径“常住口径”与“户籍口径”"),
        (2, LINES[2].replace("户籍口径", ""), "口径“（空）”与“户籍口径”"),
        (0, LINES[0].replace("某某市", "广东省"), "地区“440000”与“440700”"),
        (1, LINES[1].replace("在托人数", "出生人口"), "指标“出生人口”与“在托人数”"),
    ],
)
def test_figure_entered_otherwise_is_doubted_with_both_cells(line: int, typed: str, heading: str) -> None:
    first = [typed if number == line else one for number, one in enumerate(LINES)]
    (found,) = differences(held(first, entered_again(*LINES)))
    assert (found.severity, found.where) == ("warning", f"data/raw/town/摘录.csv，D{line + 2}")
    assert "两次录入不同" in found.what
    assert found.what.endswith(f"（后者在data/raw/town/二次录入.csv，E{line + 2}）")
    assert heading in found.what


def test_line_that_the_first_entry_lost_is_doubted_whatever_the_edition_uses() -> None:
    (found,) = differences(held(list(LINES[:2]), entered_again(*LINES)))
    assert found.where == "data/raw/town/二次录入.csv，E4"
    assert "在首次录入的 data/raw/town/摘录.csv 里没有" in found.what
    assert found.indicators == ()


@pytest.mark.parametrize(
    "typed",
    [LINES[2].replace("2.86", "2.68"), LINES[2].replace("2023", "2022"), LINES[2].replace("出生人口", "死亡人口")],
)
def test_doubt_is_about_every_figure_that_may_be_wrong(typed: str) -> None:
    (found,) = differences(held([*LINES[:2], typed], entered_again(*LINES)))
    births, deaths = found.concerns("births", "440700", "2023"), found.concerns("deaths", "440700", "2023")
    other_year = found.concerns("births", "440700", "2022")
    assert (births, deaths, other_year) == (True, "死亡" in typed, "2022" in typed)


def test_figure_of_which_the_place_is_open_is_told_whatever_the_edition_uses() -> None:
    (found,) = differences(held([LINES[0].replace("某某市", "广东省"), *LINES[1:]], entered_again(*LINES)))
    assert found.indicators == ()


@pytest.mark.parametrize("more", [[], ["4,某某市,死亡人口,3.47万人,户籍口径,2022年"]])
def test_not_every_figure_need_be_entered_again(more: list[str]) -> None:
    result = held([*LINES, *more], entered_again(*LINES[:2]))
    assert differences(result) == []
    assert [one.twice for one in result.observations] == [True, True, False, *(False for _ in more)]


def test_figure_alone_is_told_with_the_one_most_like_it() -> None:
    other = "4,某某市,死亡人口,3.47万人,,2022年"
    (told,) = differences(held([*LINES[:2], other], entered_again(*LINES)))
    assert "最接近的是死亡人口“3.47万人”" in told.what


def test_accidents_of_typing_and_another_order_or_ending_are_no_difference() -> None:
    typed = [
        '1,某某市,托位数,"２３，５９５ 个",,2024年8月31日',
        LINES[2].replace("2.86万人", "28600人").replace("2023年", "2023年末"),
        LINES[1],
    ]
    assert differences(held(typed, entered_again(*LINES, file="摘录.xlsx"))) == []


def test_file_that_is_not_there_is_told_with_the_nearest() -> None:
    told = differences(held(list(LINES), entered_again(*LINES, file="摘要.csv")))
    assert [one.where.rpartition("，")[2] for one in told] == ["E2"]
    assert all("是不是 摘录.csv？" in one.what for one in told)


def test_registered_correction_leaves_what_is_compared_as_printed() -> None:
    second = sidecar("second_entry", title="第二次录入")
    line = "1,某某市,每千人口托位数,4.89人,,2024年"
    result = cleaned(
        received(f"{FIRST}\r\n{line}".encode(), sidecar("figures"), "摘录.csv"),
        received("\r\n".join([AGAIN, *entered_again(line)]).encode(), second, "二次录入.csv"),
        corrections=[
            {
                "file": "摘录.csv",
                "cell": "D2",
                "printed": "4.89人",
                "action": "read_as",
                "read_as": "4.89个/千人",
                "reason": "误印",
            }
        ],
    )
    assert differences(result) == []
    assert [one.twice for one in result.observations] == [True]


@pytest.mark.parametrize(("typed", "agrees"), [("5.5个/千人", True), ("5.0个/千人", False)])
def test_targets_of_policies_are_entered_twice_too(typed: str, *, agrees: bool) -> None:
    line = f"1,政策.toml,某某市,每千人口托位数,{typed},,2025年"
    result = held([], [line], policies=TARGET.encode())
    (policy,) = result.registers["policies"]
    assert [target.twice for target in getattr(policy, "target", ())] == [agrees]
    told = [one for one in differences(result) if "target“places-2025”" in one.where]
    assert [one.indicators for one in told] == ([] if agrees else [()])


def test_streets_communities_and_shares_are_entered_twice_as_lines_of_the_list() -> None:
    book = new_workbook()
    page = book.create_sheet("表")
    for row in STREETS:
        page.append(row)
    head = f"{AGAIN},街道,社区,样本量"
    lines = [
        "1,街道.xlsx,东湖区,3岁以下婴幼儿数,4000人,,2024年末,春风街道,,",
        "2,街道.xlsx,东湖区,3岁以下婴幼儿数,320人,,2024年末,春风街道,东园社区,",
        "3,街道.xlsx,东湖区,社区数,12个,,2024年末,春风街道,,",
        "4,问卷.csv,某某市,托育形式/全日托,89.9%,,2024年,,,287",
    ]
    survey = "题目,选项,占比,样本量,时点\r\n托育形式,全日托,89.9%,{},2024年"

    def read(respondents: int, children: int = 320) -> list[Finding]:
        page.cell(3, 5, children)
        second = "\r\n".join([head, *lines]).encode()
        return differences(
            cleaned(
                received(to_bytes(book), sidecar("communities", period="2024年末"), "街道.xlsx"),
                received(survey.format(respondents).encode(), sidecar("survey"), "问卷.csv"),
                received(second, sidecar("second_entry"), "二次录入.csv"),
            )
        )

    assert read(287) == []
    assert [one.where.rpartition("，")[2] for one in read(278)] == ["C2"]
    assert [one.where.rpartition("，")[2] for one in read(287, 230)] == ["E3"]


def test_edition_says_how_many_copied_figures_rest_on_a_single_entry() -> None:
    facts = facts_of("shenzhen-2024")
    (told,) = entered_once(facts)
    ids = facts.behind(*dict.fromkeys(facts.names.values()))
    origins = {one for id_ in ids for one in facts.facts[id_].origins if one.transcription or one.twice}
    cells = {(one.file, one.sheet, one.cell): one.twice for one in origins}
    assert 0 < sum(cells.values()) < len(cells)
    assert f"用到{len(cells)}个" in told.what
    assert f"相符的{sum(cells.values())}个，只录入过一次的{len(cells) - sum(cells.values())}个" in told.what
    single = replace(
        facts,
        facts={
            id_: replace(one, origins=tuple(replace(origin, twice=False) for origin in one.origins))
            for id_, one in facts.facts.items()
        },
    )
    assert "都只录入过一次" in entered_once(single)[0].what


def test_figures_of_the_example_are_entered_twice_and_agree() -> None:
    made = files()
    sources = {
        name: Source.model_validate(parse_form(made[f"{name}{SIDECAR}"])) for name in made if f"{name}{SIDECAR}" in made
    }
    kinds = {"statistics", "figures", "communities", "policies", "second_entry"}
    city = City.model_validate(parse_form(made[CITY]))
    result = cleaned(
        *(
            received(made[name], source, name, place="example")
            for name, source in sources.items()
            if source.reading.kind in kinds
        ),
        cities={"example": city},
    )
    assert [one for one in result.findings if one.code == CODE] == []
    assert len(result.observations) > 100
    assert all(one.twice for one in result.observations)


def test_renamed_first_file_is_one_doubt_of_the_second_entry_that_says_where_the_name_stands() -> None:
    (found,) = [one for one in held([*LINES], entered_again(*LINES, file="旧名.csv")).findings if one.code == CODE]
    assert "“文件”写的是“旧名.csv”" in found.what
    assert "（共3行）" in found.what
    assert "改了名的，这一栏跟着改" in found.action
