"""What an edition lacks: told in the words of those who provide it, with the sections that it costs."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

from making import fact
from toy_report import FACTS
from toy_report import FILES
from toy_report import TEXTS
from toy_report import changed
from toy_report import claim
from toy_report import file

from tuoyu.facts.claims import Claim
from tuoyu.facts.subject import Subject
from tuoyu.nouns.fact import Part
from tuoyu.nouns.indicator import Indicator
from tuoyu.nouns.indicator import Role
from tuoyu.text.needs import Lack
from tuoyu.text.needs import wanting
from tuoyu.text.sections import Section
from tuoyu.text.texts import Texts


def rate(enrolled: Decimal, births: Decimal) -> Decimal:
    """A share."""
    return enrolled / births


SUBJECT = Subject(
    vocabulary={
        "enrolled": Indicator(id="enrolled", name="在托人数", unit="人", called="在托婴幼儿数"),
        "births": Indicator(id="births", name="出生人口", unit="人", called="历年出生人口"),
        "rate": Indicator(id="rate", name="入托率", unit="%", function=rate),
        "minor": Indicator(id="minor", name="小项", unit="人"),
    },
    roles=(
        Role("births_latest", "最新年出生人口", "births"),
        Role("nation", "全国出生人口", "births", "100000"),
        Role("street", "首位街道在托人数", "enrolled", axis="街道", rank=1),
        Role("community", "首位社区在托人数", "enrolled", axis="社区", rank=1),
    ),
)


def lacking(body: str, **front: object) -> list[Lack]:
    """What a report of one more section wants."""
    made = file(body, **{"title": "一节", "kind": "节", "order": 99, **front})
    sections = Texts.read({"甲.md": made}).sections
    facts = changed(missing=dict.fromkeys([*FACTS.missing, "入托率", "最新年出生人口", "全国出生人口", "小项"], "没有"))
    return wanting(facts, sections, SUBJECT)


def test_raw_figure_behind_a_missing_one_is_named() -> None:
    assert lacking("入托率{{ 入托率 }}。") == [Lack("在托婴幼儿数", ("一节",)), Lack("历年出生人口", ("一节",))]


def test_what_is_there_is_not_wanting() -> None:
    assert lacking("托位{{ 托位数 }}。") == []


def test_section_that_the_edition_would_not_have_costs_nothing() -> None:
    """Whatever data come, a report of one kind has no section of another."""
    briefing = Claim(id="资料简报", flag="资料简报")
    subject = replace(SUBJECT, claims=(briefing,))
    facts = changed(
        missing={**FACTS.missing, "入托率": "没有"}, claims={**FACTS.claims, "资料简报": claim(holds=False)}
    )

    def sections(when: str) -> tuple[Section, ...]:
        made = file("入托率{{ 入托率 }}。", title="一节", kind="节", order=99, when=when)
        return Texts.read({"甲.md": made}).sections

    assert wanting(facts, sections("资料简报"), subject) == []
    assert wanting(facts, sections("资料简报 且 有 入托率"), subject) == []
    assert wanting(facts, sections("非 资料简报 且 有 入托率"), subject) == lacking("入托率{{ 入托率 }}。")
    assert wanting(facts, sections("资料简报 或 有 入托率"), subject) == lacking("入托率{{ 入托率 }}。")


def test_role_stands_for_its_indicator() -> None:
    assert lacking("出生{{ 最新年出生人口 }}。") == [Lack("历年出生人口", ("一节",))]


def test_figures_of_others_and_minor_ones_are_not_asked_for() -> None:
    assert lacking("全国{{ 全国出生人口 }}，{{ 小项 }}。") == []


def test_front_matter_and_conditions_count() -> None:
    assert lacking("一句。", rests_on="[在托人数]", when="有 出生人口") == [
        Lack("在托婴幼儿数", ("一节",)),
        Lack("历年出生人口", ("一节",)),
    ]


def test_material_that_is_there_is_not_wanting() -> None:
    assert wanting(FACTS, TEXTS.sections, Subject(vocabulary={})) == []


def test_problem_without_any_of_its_materials_is_told_with_its_answer() -> None:
    problem = FILES["缺托位.md"].replace(b"order: 5", "order: 5\nrests_on: [甲—1]".encode())
    sections = Texts.read({**FILES, "缺托位.md": problem}).sections
    assert wanting(changed(evidence=()), sections, Subject(vocabulary={})) == [
        Lack("调研材料（托位未达目标）", ("托位未达目标", "补足托位"))
    ]


def test_of_several_parts_only_those_that_are_not_there_are_asked_for() -> None:
    made = file("{{ 首位街道在托人数 }}，{{ 首位社区在托人数 }}。", title="一节", kind="节", order=99)
    sections = Texts.read({"甲.md": made}).sections
    missing = {**FACTS.missing, "首位街道在托人数": "没有", "首位社区在托人数": "没有", "在托人数": "没有"}
    facts = changed(missing=missing)
    assert wanting(facts, sections, SUBJECT) == [Lack("在托婴幼儿数", ("一节",))]
    street = fact("enrolled", "30", part=Part("街道", "春风街道"))
    some = replace(facts, facts={**facts.facts, street.id: street})
    assert wanting(some, sections, SUBJECT) == [Lack("在托婴幼儿数（社区的）", ("一节",))]
