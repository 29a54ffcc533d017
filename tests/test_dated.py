"""Dates and numbers of documents that a register or a sidecar gives and that cannot be."""

from __future__ import annotations

import pytest
from conftest import ROOT
from received import cleaned
from received import received
from received import sidecar

from tuoyu.nouns.forms import parse_form
from tuoyu.nouns.register import REGISTERS
from tuoyu.nouns.register import entries_of
from tuoyu.nouns.source import Source
from tuoyu.reading.dated import odd_dates
from tuoyu.reading.dated import odd_papers
from tuoyu.reading.dated import odd_words
from tuoyu.workspace.raw import SIDECAR

POLICY = '[[policy]]\nid = "plan"\ntitle = "规划"\nissuer = "市政府"\nnumber = "府办〔2021〕5号"\n'
EVIDENCE = '[[evidence]]\nid = "e"\ntext = "{}"\ndocument = "江协〔2024〕48号"\npublished = "{}"\n'


def told(kind: str, content: str) -> list[str]:
    result = cleaned(received(content.encode(), sidecar(kind), "登记.toml"))
    assert [one.severity for one in result.findings] == ["warning"] * len(result.findings)
    return [one.text for one in result.findings]


@pytest.mark.parametrize(
    ("text", "odd"),
    [
        ("2023年12月入选，计划2024年6月投用，面向2035年", []),
        ("在5月29日、6月1日集中宣传，百年一遇、200年一遇", []),
        ("“3岁以下”1500元，2.5年，10年间", []),
        ("于20233年启动", ["“20233年”不是可能的年份"]),
        ("于203年启动", ["“203年”不是可能的年份"]),
        ("于9019年启动", ["“9019年”不是可能的年份"]),
        ("面向2041年", []),
        ("面向2042年", ["“2042年”不是可能的年份"]),
        ("2024年13月印发", ["“2024年13月”不是日期"]),
        ("2024年10月32日通过", ["“2024年10月32日”不是日期"]),
        ("在15月29日宣传", ["“15月29日”不是日期"]),
        ("江协〔2024〕48号和江协〔224〕48号", ["文号“〔224〕”里不是年份"]),
        ("江协〔2027〕48号", ["文号“〔2027〕”里不是年份"]),
    ],
)
def test_dates_that_no_calendar_has_are_told(text: str, odd: list[str]) -> None:
    assert list(odd_words(text, 2026)) == odd


@pytest.mark.parametrize(
    ("years", "words"),
    [
        ('year = "2021"\nissued = "2021-07"', ""),
        ('year = "2022"', ""),
        ('year = "2012"', "文号的年份是2021，写明的年份却是2012"),
        ('year = "2121"', "year 写的是2121年"),
        ('year = "2021"\nissued = "2020-07"', "year和issued 的年份不同：2021、2020"),
    ],
)
def test_years_of_a_policy_agree_with_each_other_and_its_number(years: str, words: str) -> None:
    found = told("policies", POLICY + years)
    assert len(found) == bool(words)
    assert all(one.startswith("data/raw/town/登记.toml，“plan”：") and words in one for one in found)


@pytest.mark.parametrize(("published", "number"), [("2024-10", 0), ("2024", 0), ("2028", 1), ("2014-10", 1)])
def test_evidence_is_published_before_it_is_had_and_near_its_number(published: str, number: int) -> None:
    assert len(told("evidence", EVIDENCE.format("调研在2024年进行", published))) == number


def test_sidecar_with_a_number_of_no_year_or_a_later_date_is_told() -> None:
    sound = sidecar("figures", document_number="江协〔2024〕48号")
    assert list(odd_papers(sound)) == []
    assert list(odd_papers(sound.model_copy(update={"document_number": "江协〔224〕48号"})))
    assert list(odd_papers(sound.model_copy(update={"published": "2042-10"})))


@pytest.mark.parametrize(
    ("office", "document", "cell", "words"),
    [
        ("国家统计局", "公报（2024年3月发布）", "", ""),
        ("教育部", "公报（2024年3月发布）", "", ""),
        ("国统计局", "公报（2024年3月发布）", "D6", "差一个字"),
        ("国家统计局局", "公报（2024年3月发布）", "D6", "差一个字"),
        ("国家统计局", "公报（2424年3月发布）", "D6", "“2424年”不是可能的年份"),
        ("国家统计局", "公报（2024年30月发布）", "D6", "“2024年30月”不是日期"),
    ],
)
def test_issuer_mistyped_once_and_document_of_no_date_are_told_with_the_cell(
    office: str, document: str, cell: str, words: str
) -> None:
    lines = [
        f"{n},某某市,{name},{n}000人,,2023年,国家统计局,公报" for n, name in enumerate(("出生人口", "死亡人口"), 1)
    ]
    lines += [
        "3,某某市,常住人口,9000人,,2022年末,国家统计局,公报",
        "4,某某市,常住人口,9001人,,2021年末,国家统计局,公报",
    ]
    lines += [f"5,某某市,户籍人口,9002人,,2023年末,{office},{document}"]
    table = "\r\n".join(["序号,地区,指标,数据,口径,时点,发布机构,文件", *lines]).encode()
    found = cleaned(received(table, sidecar("figures"), "摘录.csv")).findings
    assert [one.where.rpartition("，")[2] for one in found] == ([cell] if cell else [])
    assert all(words in one.what for one in found)


def test_registers_and_sidecars_of_the_repository_are_sound() -> None:
    seen = 0
    for paper in sorted((ROOT / "data/raw").glob(f"*/*{SIDECAR}")):
        source = Source.model_validate(parse_form(paper.read_bytes()))
        assert list(odd_papers(source)) == []
        if source.reading.kind in REGISTERS:
            content = paper.with_name(paper.name.removesuffix(SIDECAR)).read_bytes()
            for entry in entries_of(source.reading.kind, parse_form(content), place="", file=""):
                assert list(odd_dates(entry, source.accessed.year)) == []
                seen += 1
    assert seen > 100
