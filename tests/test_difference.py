"""What differs between two editions, and why: lineage, conclusions, sentences, restated figures."""

from __future__ import annotations

import json
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import nbformat
import pytest
import toy
from conftest import facts_of
from making import EDITION
from making import NEIGHBOUR
from making import ORIGIN
from making import fact
from making import facts

from tuoyu.childcare.subject import subject
from tuoyu.facts.ascribing import Cause
from tuoyu.facts.relations import SAME_FIGURE
from tuoyu.facts.wording import span
from tuoyu.front.cli import main
from tuoyu.front.difference import ADDED
from tuoyu.front.difference import ALTERED
from tuoyu.front.difference import DROPPED
from tuoyu.front.difference import LEVEL
from tuoyu.front.difference import LITTLE
from tuoyu.front.difference import NUMBERS
from tuoyu.front.difference import Difference
from tuoyu.front.difference import Movement
from tuoyu.front.difference import Turn
from tuoyu.front.difference import compare
from tuoyu.front.difference import reworded
from tuoyu.nouns.fact import Fact
from tuoyu.nouns.fact import Facts
from tuoyu.nouns.fact import Part
from tuoyu.render.comparison import Grid
from tuoyu.render.comparison import to_comparison
from tuoyu.render.passages import Passage

EARLIER = EDITION.model_copy(update={"name": "toy-2023"})


def found(old: tuple[Fact, ...], new: tuple[Fact, ...]) -> Difference:
    return compare(facts(*old, edition=EARLIER), facts(*new), subject())


def of(difference: Difference, indicator: str) -> Movement:
    return next(one for one in difference.indicators if one.indicator == indicator)


def causes(movement: Movement) -> list[tuple[Cause, str]]:
    return [(one.cause, one.words) for one in movement.reasons]


def share(places: Fact, residents: Fact, value: str, **more: object) -> Fact:
    known = {"formula": "托位数÷常住人口×1000", **more}
    return fact("places_per_thousand", value, inputs=(places.id, residents.id), kind="computed", **known)


# causes


def test_later_figure_is_told_with_change_and_period() -> None:
    old, new = fact("places", "19000", period="2023-12-31"), fact("places", "23595", period="2024-08-31")
    movement = of(found((old,), (new,)), "places")
    assert (movement.state, movement.change, movement.by) == (ALTERED, "增4595个", "4595")
    assert causes(movement) == [(Cause.PERIOD, "2023年末→2024年8月底")]


def test_same_observation_is_not_updated_and_no_change() -> None:
    one = fact("births", "28600", period="2023")
    movement = of(found((one,), (one,)), "births")
    assert (movement.state, movement.change, movement.reasons) == (SAME_FIGURE, "", ())


def test_equal_value_of_a_later_date_is_level_and_has_its_reason() -> None:
    old, new = fact("places", "100", period="2023"), fact("places", "100", period="2024")
    movement = of(found((old,), (new,)), "places")
    assert (movement.state, causes(movement)) == (LEVEL, [(Cause.PERIOD, "2023年→2024年")])


def test_other_value_of_one_date_is_a_restated_source() -> None:
    old, new = fact("births", "28600", period="2023"), fact("births", "28700", period="2023")
    difference = found((old,), (new,))
    assert causes(of(difference, "births")) == [(Cause.SOURCE, "28600人→28700人（2023年）")]
    restated = difference.restated[0]
    assert (restated.label, restated.when, restated.old, restated.new) == ("出生人口", "2023年", "28600人", "28700人")
    assert restated.new_where == ORIGIN.where


def test_restated_figure_is_told_with_both_places_and_a_computed_one_with_its_formula() -> None:
    other = replace(ORIGIN, cell="D9")
    old = fact("births", "28600", period="2023", origins=(ORIGIN, other))
    part = fact("places", "1")
    new = fact("births", "28700", period="2023", kind="computed", formula="甲＋乙", inputs=(part.id,))
    (restated,) = found((old,), (part, new)).restated
    assert (restated.old_where, restated.new_where) == (f"{ORIGIN.where}；{other.where}", "甲＋乙")


def test_difference_names_both_editions() -> None:
    difference = found((), ())
    assert (difference.old, difference.new) == ("toy-2023", "toy-2024")
    nameless = compare(facts(edition=None), facts(edition=None), subject())
    assert (nameless.old, nameless.new) == ("", "")


def test_figure_that_prose_means_is_compared_before_a_later_one() -> None:
    meant, later = fact("places", "100", period="2022"), fact("places", "300", period="2024")
    named = facts(meant, later, names={"places": meant.id})
    movement = of(compare(facts(fact("places", "90", period="2021"), edition=EARLIER), named, subject()), "places")
    assert movement.by == "10"


def test_computed_figure_is_ascribed_to_the_input_that_differs() -> None:
    residents = fact("residents", "100000", period="2023-12-31")
    places = [fact("places", "400", period="2023-12-31"), fact("places", "500", period="2024-08-31")]
    old = (places[0], residents, share(places[0], residents, "4"))
    new = (places[1], residents, share(places[1], residents, "5"))
    reasons = of(found(old, new), "places_per_thousand").reasons
    assert [(one.cause, one.of, one.words) for one in reasons] == [(Cause.PERIOD, "托位数", "2023年末→2024年8月底")]


def test_other_basis_formula_and_parameter_are_told_each() -> None:
    places, residents = fact("places", "400"), fact("residents", "100000", basis="常住")
    registered = replace(residents, basis="户籍")
    target = [fact("places_target", value, kind="policy") for value in ("4.5", "5.5")]
    needed = {"kind": "computed", "formula": "甲"}
    gaps = [fact("places_per_thousand_gap", value, inputs=(target[0].id, "x"), **needed) for value in ("0.5", "1.5")]
    shares = [share(places, residents, "4"), share(places, registered, "4", formula="换了算式")]
    gaps = [replace(gap, inputs=(target[0].id, one.id)) for gap, one in zip(gaps, shares, strict=True)]
    difference = found(
        (places, residents, target[0], shares[0], gaps[0]), (places, registered, target[1], shares[1], gaps[1])
    )
    told = causes(of(difference, "places_per_thousand_gap"))
    assert [cause for cause, _ in told] == [Cause.BASIS, Cause.FORMULA, Cause.PARAMETER]
    assert told[0][1] == "常住→户籍"
    assert told[2][1] == "4.5个→5.5个"


@pytest.mark.parametrize(
    ("before", "after", "told"),
    [
        (("5", "2025"), ("5", "2025"), []),
        (("5", "2025"), ("6", "2025"), ["5个→6个"]),
        (("5", "2025"), ("5", "2030"), ["5个→5个"]),
    ],
)
def test_target_of_another_value_or_year_is_another_parameter(
    before: tuple[str, str], after: tuple[str, str], told: list[str]
) -> None:
    old, new = (fact("places_target", value, kind="policy", period=year) for value, year in (before, after))
    assert causes(of(found((old,), (new,)), "places_target")) == [(Cause.PARAMETER, words) for words in told]


def test_input_that_takes_the_place_of_another_is_told_with_both_names() -> None:
    places, residents, registered = (fact(name, "400") for name in ("places", "residents", "registered_population"))
    old, new = share(places, residents, "4"), share(places, registered, "5")
    movement = of(found((places, residents, old), (places, registered, new)), "places_per_thousand")
    assert causes(movement) == [(Cause.FORMULA, f"所用数据由{residents.label}换为{registered.label}")]


def test_change_without_any_difference_in_lineage_is_the_formulas() -> None:
    places, residents = fact("places", "400"), fact("residents", "100000")
    old, new = (share(places, residents, value) for value in ("4", "5"))
    movement = of(found((places, residents, old), (places, residents, new)), "places_per_thousand")
    assert causes(movement) == [(Cause.FORMULA, "所用数据相同，算法不同")]


def test_printed_figure_that_is_computed_now_says_so() -> None:
    places, residents = fact("places", "400"), fact("residents", "100000")
    old = fact("places_per_thousand", "3.9")
    movement = of(found((old,), (places, residents, share(places, residents, "4"))), "places_per_thousand")
    assert causes(movement) == [(Cause.FORMULA, "原始数据→计算所得")]


def test_sum_over_a_shifted_span_pairs_equal_years_and_tells_the_new_one() -> None:
    years = {year: fact("births", str(value), period=str(year)) for year, value in ((2021, 3), (2022, 2), (2023, 1))}
    sums = [
        fact("births_three_years", total, inputs=tuple(years[year].id for year in span_), kind="computed", period=end)
        for total, span_, end in (("5", (2021, 2022), "2022"), ("3", (2022, 2023), "2023"))
    ]
    movement = of(found((*years.values(), sums[0]), (*years.values(), sums[1])), "births_three_years")
    assert causes(movement) == [(Cause.PERIOD, "2021年→2023年")]


@pytest.mark.parametrize(
    ("old", "new", "change"),
    [
        (fact("use_rate", "40.7", "%"), fact("use_rate", "38.2", "%"), "减2.5个百分点"),
        (fact("wanted", "27785", "人", -3), fact("wanted", "26300", "人", -3), "减约1500人"),
        (fact("wanted", "27785", "人", -3), fact("wanted", "37047", "人", -3), "增约9300人"),
        (fact("wanted", "20000", "人", -3), fact("wanted", "43000", "人", -3), "增23000人"),
        (
            fact("places", "19000", decimals=-3, uncertainty=Decimal(500)),
            fact("places", "23595", decimals=0),
            "增约4600个",
        ),
        (  # what both leave open adds up: ±550, not ±450
            fact("places", "19000", decimals=-3, uncertainty=Decimal(500)),
            fact("places", "23590", decimals=-1, uncertainty=Decimal(50)),
            "增约4600个",
        ),
        (fact("use_rate", "38.21", "%", 1), fact("use_rate", "38.22", "%", 1), LITTLE),
    ],
)
def test_change_is_told_to_the_digits_that_both_allow(old: Fact, new: Fact, change: str) -> None:
    movement = found((old,), (new,)).indicators[0]
    assert (movement.state, movement.change) == (ALTERED, change)


def test_bounds_and_ranges_are_not_subtracted() -> None:
    movement = found((fact("places", "100", bound=">"),), (fact("places", "200"),)).indicators[0]
    assert (movement.state, movement.change, movement.by) == ("不能比较", "", "")


def test_new_and_dropped_indicators_are_told_and_changes_against_earlier_editions_are_not() -> None:
    places, before = fact("places", "5"), fact("places", "3", edition="toy-2022")
    change = fact("places_change", "2", inputs=(places.id, before.id), kind="computed")
    difference = found((fact("enrolled", "1"),), (places, before, change))
    assert {(one.indicator, one.state) for one in difference.indicators} == {("places", "新增"), ("enrolled", "删去")}


def test_shares_of_the_causes_are_reckoned_one_after_another_and_add_up() -> None:
    """1000 × 4.5 ÷ 1000 − 4 places first; later residents, a restated number of places, another target."""
    side = []
    for residents, day, places, target in (("1000", "2022-12-31", "4", "4.5"), ("2000", "2023-12-31", "3", "5.5")):
        known = [fact("residents", residents, period=day), fact("places", places, period="2024")]
        known.append(fact("places_target", target, kind="policy", period="2025"))
        value = Decimal(target) * Decimal(residents) / 1000
        needed = fact("places_needed", str(value), inputs=(known[2].id, known[0].id), kind="computed")
        gap = fact("places_gap", str(value - Decimal(places)), inputs=(needed.id, known[1].id), kind="computed")
        side.append((*known, needed, gap))
    movement = of(found(side[0], side[1]), "places_gap")
    assert movement.by == "7.5"
    assert [(one.cause, one.by) for one in movement.shares] == [
        (Cause.PERIOD, "4.5"),
        (Cause.SOURCE, "1"),
        (Cause.PARAMETER, "2"),
    ]


def test_share_of_a_scenario_is_a_parameter_of_its_figures() -> None:
    """1000 births, 10 % fewer a year: half of that makes 950, none of it 1000."""
    births = fact("births", "1000", period="2023")
    rate = fact("births_yearly_rate", "-10", period="2023")
    known = {"inputs": (births.id, rate.id), "kind": "computed", "period": "2024", "part": Part("方案", "减半")}
    sides = []
    for name, share_, value in (("toy-2023", 50, "950"), ("toy-2024", 0, "1000")):
        outlook = EDITION.outlook.model_copy(update={"scenarios": {"减半": Decimal(share_)}})
        edition = EDITION.model_copy(update={"name": name, "outlook": outlook})
        sides.append(facts(births, rate, fact("births_outlook", value, **known), edition=edition))
    movement = of(compare(*sides, subject()), "births_outlook")
    assert [(one.cause, one.by) for one in movement.shares] == [(Cause.PARAMETER, "50")]


def test_figures_of_a_scenario_are_reckoned_again_from_those_of_before() -> None:
    """Three years of births, one year on: 30 become 27 because the years are others."""
    births = {year: fact("births", str(2034 - year), period=str(year)) for year in (2023, 2024, 2025, 2026)}
    sides = []
    for name, years, number in (("toy-2023", (2023, 2024, 2025), "30"), ("toy-2024", (2024, 2025, 2026), "27")):
        own = [births[year] for year in years]
        known = {"kind": "computed", "period": "2030", "part": Part("方案", "持平")}
        made = fact("under_threes", number, inputs=tuple(one.id for one in own), **known)
        sides.append(facts(*own, made, edition=EDITION.model_copy(update={"name": name})))
    movement = of(compare(*sides, subject()), "under_threes")
    assert [(one.cause, one.by) for one in movement.shares] == [(Cause.PERIOD, "-3")]


def test_part_of_a_change_that_no_figure_explains_is_the_formulas() -> None:
    """The earlier facts were made by an earlier program, which counted otherwise."""
    places, more, residents = fact("places", "400"), fact("places", "500"), fact("residents", "100000")
    old, new = share(places, residents, "3"), share(more, residents, "5")
    movement = of(found((places, residents, old), (more, residents, new)), "places_per_thousand")
    assert {one.cause: one.by for one in movement.shares} == {Cause.SOURCE: "1", Cause.FORMULA: "1"}


@pytest.mark.parametrize("old", ["jiangmen-2023-12"])
def test_shares_of_every_change_between_two_editions_add_up(old: str) -> None:
    difference = compare(facts_of(old), facts_of("jiangmen-2024-08"), subject())
    altered = [one for one in difference.indicators if one.state == ALTERED and one.shares]
    assert len(altered) > 10
    for one in altered:
        assert sum(Decimal(each.by) for each in one.shares) == pytest.approx(Decimal(one.by), rel=Decimal("1e-20"))


# conclusions and text


def test_conclusions_that_came_out_otherwise_are_told_with_the_reason() -> None:
    claims = [
        {"甲": {"holds": True, "outcome": "低于", "reason": "先前"}, "乙": {"holds": None, "outcome": "缺据"}},
        {"甲": {"holds": False, "outcome": "高于", "reason": "托位已经够"}, "乙": {"holds": None, "outcome": "缺据"}},
    ]
    old, new = (facts(fact("places", "1"), claims=one) for one in claims)
    assert compare(old, new, subject()).conclusions == (Turn("甲", "成立（低于）", "不成立（高于）", "托位已经够"),)


def test_conclusion_that_only_one_edition_has_is_told() -> None:
    claim = {"holds": True, "outcome": "成立", "reason": "先前"}
    old, new = facts(fact("places", "1"), claims={"甲": claim}), facts(fact("places", "1"), claims={"乙": claim})
    assert compare(old, new, subject()).conclusions == (
        Turn("乙", "没有这条结论", "成立", "先前"),
        Turn("甲", "成立", "没有这条结论", "先前"),
    )


def passage(text: str, section: str = "引言") -> Passage:
    return Passage("paragraph", text, section, "")


def test_sentences_are_added_dropped_changed_or_differ_in_numbers_only() -> None:
    old = [passage("全市有托位19000个。多数家长愿意送托。收费偏高，家长负担较重。"), passage("本节不再写。", "收费")]
    new = [passage("全市有托位23595个。收费偏高，家庭负担仍然较重。社区里还没有托位。")]
    kinds = [(one.kind, one.section, one.old, one.new) for one in reworded(old, new)]
    assert sorted(kinds) == sorted(
        [
            (NUMBERS, "引言", "全市有托位19000个。", "全市有托位23595个。"),
            (DROPPED, "引言", "多数家长愿意送托。", ""),
            (ALTERED, "引言", "收费偏高，家长负担较重。", "收费偏高，家庭负担仍然较重。"),
            (ADDED, "引言", "", "社区里还没有托位。"),
            (DROPPED, "收费", "本节不再写。", ""),
        ]
    )


def test_page_of_a_difference_takes_its_texts_for_texts() -> None:
    page = to_comparison(
        "<甲>", [Grid("表", ("列",), (("<script>x</script>",),)), Grid("空", ("列",), (), ("没有变化",))]
    )
    assert "&lt;script&gt;x&lt;/script&gt;" in page
    assert "<script" not in page
    assert page.count("<table>") == 1
    assert "<p>没有变化</p>" in page


# the verb


@pytest.fixture
def site(tmp_path: Path) -> Path:
    root = toy.build(tmp_path, toy.clean_stage())
    run = root / "data/processed/toy-2024"
    run.mkdir(parents=True)
    places = fact("places", "500", period="2024-08-31")
    write(run / "facts.json", facts(places))
    (root / "reports/toy-2024").mkdir(parents=True)
    nbformat.write(report(f"全市有托位{span(places)}。"), root / "reports/toy-2024/report.ipynb")
    return root


def report(text: str) -> nbformat.NotebookNode:
    cell = nbformat.v4.new_markdown_cell(text, metadata={"tuoyu": {"role": "body", "section": "引言"}})
    return nbformat.v4.new_notebook(cells=[cell], metadata={"tuoyu": {}})


def write(path: Path, known: Facts) -> None:
    path.write_text(json.dumps(known.to_dict(), ensure_ascii=False), encoding="utf-8")


def diff(root: Path, *words: str) -> int:
    return main((toy.clean_stage(),), root=root, arguments=("diff", *words))


def test_same_edition_before_and_after_is_compared_with_kept_files(
    site: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    before = tmp_path / "before"
    before.mkdir()
    places = fact("places", "400", period="2024-08-31")
    write(before / "facts.json", facts(places))
    nbformat.write(report(f"全市有托位{span(places)}。收费偏高。"), before / "report.ipynb")
    kept = ("--json", str(tmp_path / "out.json"), "--html", str(tmp_path / "out.html"))
    assert diff(site, str(before / "facts.json"), "toy-2024", *kept) == 0
    said = capsys.readouterr().out
    assert "增100个" in said
    assert "来源重述：400个→500个" in said
    assert "删去 1 句" in said
    record = json.loads((tmp_path / "out.json").read_text("utf-8"))
    assert record["indicators"][0]["reasons"] == [
        {"cause": "来源重述", "of": "托位数", "words": "400个→500个（2024年8月底）"}
    ]
    assert [one["kind"] for one in record["sentences"]] == ["数字", "删去"]
    assert record["indicators"][0]["state"] == "改动"
    page = (tmp_path / "out.html").read_text("utf-8")
    assert "<td>增100个</td>" in page
    assert "收费偏高。" in page
    assert record["order_of_causes"] == ["更新", "来源重述", "口径变化", "算法变化", "参数变化"]


def test_report_that_was_not_kept_is_said_and_figures_are_compared_all_the_same(
    site: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    write(tmp_path / "before.json", facts(fact("places", "400", period="2024-08-31")))
    assert diff(site, str(tmp_path / "before.json"), "toy-2024") == 0
    said = capsys.readouterr().out
    assert "增100个" in said
    assert "文字没有比较" in said


@pytest.mark.parametrize(
    ("words", "code", "expected"),
    [
        (("nothing.json", "toy-2024"), 2, "没有 nothing.json 这个文件"),
        (("{bad}", "toy-2024"), 2, "不是本版程序生成的 facts.json"),
        (("{other}", "toy-2024"), 2, "只比较同一城市的两期"),
        (("toy-2042", "toy-2024"), 2, "没有名为 toy-2042 的期"),
        (("toy-2024",), 2, "后来的一期"),
    ],
)
def test_what_cannot_be_compared_is_explained(
    site: Path,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    words: tuple[str, ...],
    code: int,
    expected: str,
) -> None:
    (tmp_path / "bad.json").write_text("[]", encoding="utf-8")
    write(tmp_path / "other.json", facts(fact("places", "1"), city=NEIGHBOUR))
    given = [word.format(bad=tmp_path / "bad.json", other=tmp_path / "other.json") for word in words]
    assert diff(site, *given) == code
    assert expected in capsys.readouterr().err


def test_edition_that_was_never_run_says_how_to_run_it(site: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (site / "data/processed/toy-2024/facts.json").unlink()
    assert diff(site, "toy-2024", "toy-2024") == 1
    assert "toy-2024 还没有运行过，请先运行 python pipeline.py run toy-2024" in capsys.readouterr().err
