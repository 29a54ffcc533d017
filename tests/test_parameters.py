"""Edition files: what is right loads frozen, what is wrong is listed all at once in Chinese."""

from __future__ import annotations

import json
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
import toy
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from tuoyu.nouns.edition import Assumptions
from tuoyu.nouns.edition import Edition
from tuoyu.nouns.edition import WhatIf
from tuoyu.nouns.errors import ParameterError
from tuoyu.workspace.editions import check_targets
from tuoyu.workspace.editions import edition_files
from tuoyu.workspace.editions import list_editions
from tuoyu.workspace.editions import load_edition

ROOT = Path(__file__).resolve().parents[1]


@pytest.fixture
def root(tmp_path: Path) -> Path:
    return toy.register_targets(toy.build(tmp_path))


def rewrite(root: Path, **changes: str) -> None:
    """Replace whole lines of the toy edition, each found by the key it begins with."""
    lines = toy.EDITION.splitlines()
    changed = [changes.get(line.split(" =")[0], line) for line in lines]
    (root / "editions" / "toy-2024.toml").write_text("\n".join(changed), encoding="utf-8")


def faults(root: Path) -> str:
    with pytest.raises(ParameterError) as caught:
        load_edition(root, "toy-2024")
    assert caught.value.exit_code == 2
    return str(caught.value)


@pytest.mark.parametrize(
    ("rates", "said"),
    [
        ({"demand_rate_low": "30%"}, "应低于 demand_rate"),
        ({"demand_rate_low": "31%"}, "应低于 demand_rate"),
        ({"demand_rate_high": "30%"}, "应高于 demand_rate"),
        ({"demand_rate_high": "5%"}, "应高于 demand_rate"),
    ],
)
def test_lower_and_higher_rate_lie_to_either_side(rates: dict[str, str], said: str) -> None:
    with pytest.raises(ValidationError, match=said):
        Assumptions.model_validate({"demand_rate": "30%", "demand_rate_source": "测试", **rates})
    assert Assumptions.model_validate(
        {"demand_rate": "30%", "demand_rate_source": "测试", "demand_rate_low": "29.9%", "demand_rate_high": "30.1%"}
    )


def test_edition_loads_with_exact_values(root: Path) -> None:
    edition = load_edition(root, "toy-2024")
    assert edition.name == "toy-2024"
    assert edition.as_of == date(2024, 8, 31)
    assert edition.assumptions.demand_rate == Decimal(30)
    assert edition.places == ("town", "nation")
    assert edition.to_dict()["as_of"] == "2024-08-31"


def test_scenarios_keep_their_order_whatever_happens_to_the_order_of_keys(root: Path) -> None:
    path = root / "editions" / "toy-2024.toml"
    scenarios = '[outlook]\nscenarios = { "延续" = "100%", "持平" = "0%", "减半" = "50%" }\n'
    path.write_text(toy.EDITION + scenarios, encoding="utf-8")
    edition = load_edition(root, "toy-2024")
    assert list(edition.outlook.scenarios) == ["持平", "减半", "延续"]
    written = json.dumps(edition.to_dict(), sort_keys=True)
    assert list(Edition.from_dict(json.loads(written)).outlook.scenarios) == ["持平", "减半", "延续"]


def test_edition_is_frozen(root: Path) -> None:
    edition = load_edition(root, "toy-2024")
    with pytest.raises(ValidationError):
        edition.city = "nation"


def test_all_faults_are_listed_at_once(root: Path) -> None:
    rewrite(
        root,
        city='ctiy = "town"',
        as_of='as_of = "2024-08-31"',
        population_as_of="population_as_of = 1875-01-01",
        demand_rate='demand_rate = "130%"',
        places="places = 5.5",
        status='status = "草稿"',
        title='title = ""',
    )
    message = faults(root)
    assert "有 8 处问题" in message
    assert "不认识的键 ctiy，是不是 city？" in message
    assert "缺少 city（本市数据文件夹）" in message
    assert "as_of：应为日期，写作 2024-08-31，不加引号，现为 “2024-08-31”" in message
    assert "population_as_of：年份应在 2000 至 2100 之间，现为 1875-01-01" in message
    assert "assumptions.demand_rate：应大于 0%，不超过 100%，现为 “130%”" in message
    assert "targets.places：应为文字，请加英文双引号，现为 5.5" in message
    assert "publication.status：只能是 送审稿、定稿，现为 “草稿”" in message
    assert "publication.title：不能为空" in message


def test_percentage_needs_its_sign(root: Path) -> None:
    rewrite(root, demand_rate="demand_rate = 0.3")
    assert '应为带引号的百分数，写作 "30%"，现为 0.3' in faults(root)


def test_population_may_not_be_later_than_the_edition(root: Path) -> None:
    rewrite(root, population_as_of="population_as_of = 2024-12-31")
    assert "population_as_of：不能晚于 as_of" in faults(root)


def test_missing_section_is_named(root: Path) -> None:
    text = toy.EDITION.partition("[publication]")[0]
    (root / "editions" / "toy-2024.toml").write_text(text, encoding="utf-8")
    assert "缺少 publication（小节 [publication]）" in faults(root)


def test_unknown_key_in_a_section_gets_the_nearest_of_that_section(root: Path) -> None:
    rewrite(root, issuer='isuer = "某单位"')
    assert "不认识的键 publication.isuer，是不是 issuer？" in faults(root)


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("as_of = 2024-02-30", "第3行"),
        ('as_of = 2024-08-31\ncity = "nation"', "同一个键写了两次"),
        ('title = "没有收尾', "引号没有配对"),
        ("截止 = 2024-08-31", "不合规则"),
        ("as_of", "缺等号"),
    ],
)
def test_broken_file_is_reported_with_its_line(root: Path, line: str, expected: str) -> None:
    rewrite(root, as_of=line)
    message = faults(root)
    assert "有 1 处问题" in message
    assert "行第" in message
    assert expected in message


def test_file_that_is_not_utf8_is_reported(root: Path) -> None:
    (root / "editions" / "toy-2024.toml").write_bytes(toy.EDITION.encode("gb18030"))
    assert "不是 UTF-8 编码" in faults(root)


def test_byte_order_mark_of_windows_editors_is_accepted(root: Path) -> None:
    (root / "editions" / "toy-2024.toml").write_bytes(b"\xef\xbb\xbf" + toy.EDITION.encode())
    assert load_edition(root, "toy-2024").city == "town"


def test_unknown_edition_gets_the_nearest_name(root: Path) -> None:
    with pytest.raises(ParameterError, match="没有名为 toy-2042 的期，是不是 toy-2024？"):
        load_edition(root, "toy-2042")


def test_folders_must_exist_and_exclude_the_city(root: Path) -> None:
    rewrite(root, benchmarks='benchmarks = ["town", "natoin", "nation", "nation"]')
    message = faults(root)
    assert "benchmarks：不能包含本市 town" in message
    assert "benchmarks：data/raw 下没有文件夹 “natoin”，是不是 nation？" in message
    assert "benchmarks：nation 写了 2 次" in message


def test_folder_of_the_city_must_exist(root: Path) -> None:
    rewrite(root, city='city = "twon"')
    message = faults(root)
    assert "city：data/raw 下没有文件夹 “twon”，是不是 town？" in message
    assert "有 1 处问题" in message


def test_folder_that_is_a_file_is_no_folder(root: Path) -> None:
    (root / "data/raw/near").write_text("", encoding="utf-8")
    rewrite(root, benchmarks='benchmarks = ["near"]')
    assert "benchmarks：data/raw 下没有文件夹 “near”" in faults(root)


def test_benchmark_may_not_be_the_city_under_another_name(root: Path) -> None:
    for folder, code in (("near", "990100"), ("far", "990200")):
        (root / "data/raw" / folder).mkdir()
        text = (root / "data/raw/town/city.toml").read_text("utf-8").replace("990100", code)
        (root / "data/raw" / folder / "city.toml").write_text(text, encoding="utf-8")
    rewrite(root, benchmarks='benchmarks = ["near", "far"]')
    message = faults(root)
    assert "benchmarks：near 与本市 town 的行政区划代码相同，是同一个城市" in message
    assert "有 1 处问题" in message


def test_folder_without_a_code_is_no_city_under_another_name(root: Path) -> None:
    (root / "data/raw/town/city.toml").unlink()
    rewrite(root, comparators='comparators = ["nation"]')
    assert load_edition(root, "toy-2024").comparators == ("nation",)


@pytest.mark.parametrize(("written", "rate"), [("1%", "1"), ("0.5%", "0.5"), ("100%", "100"), ("30 ％", "30")])
def test_any_percentage_above_nothing_up_to_all_is_one(root: Path, written: str, rate: str) -> None:
    rewrite(root, demand_rate=f'demand_rate = "{written}"')
    assert load_edition(root, "toy-2024").assumptions.demand_rate == Decimal(rate)


@pytest.mark.parametrize("written", ["0%", "100.1%", "-5%", "30", "％"])
def test_nothing_and_more_than_all_are_refused(root: Path, written: str) -> None:
    rewrite(root, demand_rate=f'demand_rate = "{written}"')
    assert "assumptions.demand_rate：" in faults(root)


def test_folder_names_cannot_leave_the_raw_folder(root: Path) -> None:
    rewrite(root, comparators='comparators = ["../secret"]')
    assert "应为 data/raw 下的文件夹名" in faults(root)


def with_previous(root: Path, name: str) -> None:
    text = toy.EDITION.replace("benchmarks", f'previous = "{name}"\nbenchmarks')
    (root / "editions" / "toy-2024.toml").write_text(text, encoding="utf-8")


def test_previous_edition_must_exist(root: Path) -> None:
    with_previous(root, "toy-2023")
    assert "previous：没有名为 “toy-2023” 的期" in faults(root)


def test_edition_itself_is_not_proposed_as_the_one_before(root: Path) -> None:
    with_previous(root, "toy-2042")
    assert "toy-2024？" not in faults(root)


def test_folder_that_is_no_text_is_one_fault(root: Path) -> None:
    rewrite(root, benchmarks="benchmarks = [5]")
    message = faults(root)
    assert "有 1 处问题" in message
    assert "没有文件夹" not in message


def test_previous_edition_cannot_be_itself(root: Path) -> None:
    with_previous(root, "toy-2024")
    assert "previous：上一期不能是本期自己" in faults(root)


def test_previous_edition_must_be_earlier_and_of_the_same_city(root: Path) -> None:
    with_previous(root, "other")
    text = toy.EDITION.replace('city = "town"', 'city = "nation"')
    (root / "editions" / "other.toml").write_text(text, encoding="utf-8")
    message = faults(root)
    assert "previous：other 是另一个城市（“nation”）的期" in message
    assert "previous：other 的 as_of（2024-08-31）不早于本期（2024-08-31）" in message


def test_name_in_the_file_is_refused(root: Path) -> None:
    rewrite(root, city='city = "town"\nname = "别名"')
    assert "期名取自文件名，请删去 name" in faults(root)


def test_target_that_no_register_has_gets_the_nearest_id(root: Path) -> None:
    rewrite(root, places='places = "palces"', enrolment='enrolment = "入托"')
    with pytest.raises(ParameterError) as caught:
        check_targets(root, load_edition(root, "toy-2024"))
    message = str(caught.value)
    assert "targets.places：政策登记表里没有编号为 “palces” 的目标，是不是 places？" in message
    assert "targets.enrolment：政策登记表里没有编号为 “入托” 的目标，请先登记，或删去这一行" in message


@pytest.mark.parametrize(
    "text",
    [
        '[[policy]]\nid = "plan"\n',
        '[[policy]]\nid = "plan"\ntarget = 5\n',
        '[[policy]]\ntarget = [{ indicator = "x" }]\n',
        "target = [",
        'policy = "target"\n',
    ],
)
def test_register_without_targets_or_with_faults_has_none(root: Path, text: str) -> None:
    toy.register_targets(root, text)
    with pytest.raises(ParameterError, match="有 4 处问题"):
        check_targets(root, load_edition(root, "toy-2024"))


def test_parameters_stand_in_the_file_of_the_edition_and_of_what_is_tried(root: Path) -> None:
    edition = load_edition(root, "toy-2024")
    file = root / "editions" / "toy-2024.toml"
    assert edition_files(root, edition) == [file]
    tried = edition.model_copy(update={"name": "toy-high", "what_if": WhatIf(base="toy-2024", settings={})})
    assert edition_files(root, tried) == [file, root / "data/processed/.what-if/toy-high.toml"]


def test_targets_of_the_registers_of_other_places_do_not_count(root: Path) -> None:
    rewrite(root, comparators="comparators = []")
    with pytest.raises(ParameterError, match="有 4 处问题"):
        check_targets(root, load_edition(root, "toy-2024"))


@pytest.mark.parametrize("name", list_editions(ROOT))
def test_targets_of_the_repository_are_registered(name: str) -> None:
    check_targets(ROOT, load_edition(ROOT, name))


@given(st.text(max_size=12))
def test_no_text_is_taken_for_a_percentage_by_accident(text: str) -> None:
    try:
        rate = Assumptions(demand_rate=text, demand_rate_source="测试").demand_rate
    except ValidationError:
        return
    assert text.strip().endswith(("%", "％"))
    assert 0 < rate <= 100


@pytest.mark.parametrize("name", list_editions(ROOT))
def test_editions_of_the_repository_load(name: str) -> None:
    assert load_edition(ROOT, name).publication.title


def test_target_of_another_place_is_not_taken_for_that_of_the_province(root: Path) -> None:
    named = 'id = "places", '
    toy.register_targets(root, toy.POLICIES.replace(named, f'{named}place = "440100", '))
    with pytest.raises(ParameterError, match="“places” 在政策登记表里写明是 440100 的目标，不是本省或者全国的"):
        check_targets(root, load_edition(root, "toy-2024"))
    toy.register_targets(root, toy.POLICIES.replace(named, f'{named}place = "100000", '))
    check_targets(root, load_edition(root, "toy-2024"))
