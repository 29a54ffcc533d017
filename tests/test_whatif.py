"""What-if editions: any parameter set for a try, checked like the file, while no file of the user is touched."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
import toy
from hypothesis import given
from hypothesis import strategies as st
from making import EDITION
from making import fact
from making import facts

from tuoyu.engine.manifest import digest_inputs
from tuoyu.front import progress
from tuoyu.front import trying
from tuoyu.front.cli import main
from tuoyu.nouns.edition import Edition
from tuoyu.nouns.edition import WhatIf
from tuoyu.nouns.fact import Fact
from tuoyu.nouns.forms import parse_form
from tuoyu.workspace.editions import load_edition
from tuoyu.workspace.opening import to_json
from tuoyu.workspace.whatif import to_toml

STAGES = (toy.clean_stage(),)
HIGH = ("--set", "assumptions.demand_rate=40%", "--as", "toy-high")


@pytest.fixture
def root(tmp_path: Path) -> Path:
    return toy.register_targets(toy.build(tmp_path, *STAGES))


def tried(root: Path, monkeypatch: pytest.MonkeyPatch, *words: str) -> int:
    """The exit code of a what-if run that stops before anything is made."""
    monkeypatch.setattr("tuoyu.front.cli._each", lambda *_, **__: 0)
    return main(STAGES, root=root, arguments=["run", "toy-2024", *words])


def test_parameters_are_set_and_no_file_of_the_user_changes(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    before = {path: path.read_bytes() for path in root.rglob("*") if path.is_file()}
    assert tried(root, monkeypatch, "--set", "as_of=2024-07-31", *HIGH) == 0
    edition, base = load_edition(root, "toy-high"), load_edition(root, "toy-2024")
    assert (edition.assumptions.demand_rate, edition.as_of.isoformat()) == (40, "2024-07-31")
    assert (base.assumptions.demand_rate, base.as_of.isoformat()) == (30, "2024-08-31")
    assert {path: path.read_bytes() for path in before} == before
    added = {path.relative_to(root).as_posix() for path in root.rglob("*") if path.is_file() and path not in before}
    assert added == {"data/processed/.what-if/toy-high.toml"}


def test_what_was_set_stands_on_the_page_and_in_the_manifest(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    tried(root, monkeypatch, *HIGH)
    edition = load_edition(root, "toy-high")
    assert edition.publication.subtitle == "（2024年8月）（试算：送托意愿测算比例改为40%）"
    record = json.loads(json.dumps(edition.to_dict()))
    assert record["what_if"] == {"base": "toy-2024", "settings": {"assumptions.demand_rate": "40%"}}
    assert Edition.from_dict(record) == edition
    names = [name for name in digest_inputs(root, edition) if name.endswith("toml") and "raw" not in name]
    assert names == ["editions/toy-2024.toml", "data/processed/.what-if/toy-high.toml"]


def test_where_a_parameter_stands_is_told_truly(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    tried(root, monkeypatch, *HIGH)
    edition = load_edition(root, "toy-high")
    assert edition.file_of("assumptions.demand_rate") == edition.file_of("assumptions") == "试算的 --set"
    assert edition.file_of("outlook.until") == load_edition(root, "toy-2024").file_of("outlook.until")
    assert (root / edition.file_of("outlook.until")).is_file()


@pytest.mark.parametrize(
    ("settings", "rates", "sources"),
    [
        ({"demand_rate": "25%"}, (20, 25, 40), ("试算时另设", "展望时另取，用来对照")),
        ({"demand_rate": "40%"}, (None, 40, None), ("试算时另设", "展望时另取，用来对照")),
        ({"demand_rate": "15%", "demand_rate_high": "18%"}, (None, 15, 18), ("试算时另设", "试算时另设")),
        ({"demand_rate_high": "50%"}, (20, 30, 50), ("测试", "试算时另设")),
        ({"demand_rate": "50%", "demand_rate_source": "问卷"}, (None, 50, None), ("问卷", "展望时另取，用来对照")),
    ],
)
def test_rate_that_is_tried_is_not_credited_to_the_source_of_another(
    root: Path,
    monkeypatch: pytest.MonkeyPatch,
    settings: dict[str, str],
    rates: tuple[int | None, ...],
    sources: tuple[str, str],
) -> None:
    file = root / "editions/toy-2024.toml"
    others = 'demand_rate_low = "20%"\ndemand_rate_high = "40%"\ndemand_rate_source'
    file.write_text(toy.EDITION.replace("demand_rate_source", others), encoding="utf-8")
    words = [word for name, text in settings.items() for word in ("--set", f"assumptions.{name}={text}")]
    assert tried(root, monkeypatch, *words, "--as", "toy-b") == 0
    edition = load_edition(root, "toy-b")
    assumed = edition.assumptions
    assert (assumed.demand_rate_low, assumed.demand_rate, assumed.demand_rate_high) == rates
    assert (edition.assumed_from("demand_rate"), edition.assumed_from("demand_rate_high")) == sources


def test_it_follows_its_edition(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    tried(root, monkeypatch, *HIGH)
    file = root / "editions/toy-2024.toml"
    file.write_text(toy.EDITION.replace("测试报告", "新的报告"), encoding="utf-8")
    assert load_edition(root, "toy-high").publication.title == "新的报告"


def test_list_marks_it(root: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    tried(root, monkeypatch, *HIGH)
    capsys.readouterr()
    assert main(STAGES, root=root, arguments=["list"]) == 0
    assert "toy-high（试算，底本 toy-2024）" in capsys.readouterr().out


def test_a_try_on_a_try_goes_on_from_it(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    tried(root, monkeypatch, *HIGH)
    assert main(STAGES, root=root, arguments=["run", "toy-high", "--set", "outlook.until=2035", "--as", "toy-b"]) == 0
    what_if = load_edition(root, "toy-b").what_if
    assert what_if == WhatIf(base="toy-2024", settings={"assumptions.demand_rate": "40%", "outlook.until": "2035"})


@pytest.mark.parametrize(
    ("setting", "read"),
    [
        ("outlook.until=2035", lambda one: one.outlook.until == 2035),
        ("outlook.scenarios.缓降=40%", lambda one: one.outlook.scenarios == {"缓降": 40}),
        ('publication.title="二〇二四"', lambda one: one.publication.title == "二〇二四"),
        ("publication.title=2024", lambda one: one.publication.title == "2024"),
        ("targets.enrolment=", lambda one: one.targets.enrolment is None),
        ("benchmarks=[]", lambda one: one.benchmarks == ()),
        ("population_as_of=2022-12-31", lambda one: one.population_as_of.year == 2022),
        ("publication.issuer=a=b", lambda one: one.publication.issuer == "a=b"),
    ],
)
def test_values_are_written_as_in_the_file_quotes_or_not(
    root: Path, monkeypatch: pytest.MonkeyPatch, setting: str, read: object
) -> None:
    assert tried(root, monkeypatch, "--set", setting, "--as", "toy-b") == 0
    assert read(load_edition(root, "toy-b"))  # type: ignore[operator]


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        (["--set", "assumptions.demand_rte=40%"], "不认识的键 assumptions.demand_rte，是不是 demand_rate？"),
        (["--set", "demand_rate=40%"], "不认识的键 demand_rate，是不是 assumptions.demand_rate？"),
        (["--set", "assumption.demand_rate=40%"], "不认识的键 assumption，是不是 assumptions？"),
        (["--set", "assumptions.demand_rate=140%"], "assumptions.demand_rate：应大于 0%，不超过 100%，现为 “140%”"),
        (["--set", "as_of=上月"], "as_of：应为日期"),
        (["--set", "city=twon"], "city：data/raw 下没有文件夹 “twon”，是不是 town？"),
        (["--set", "city.name=甲"], "city 不是小节"),
        (["--set", "city="], "缺少 city（本市数据文件夹）"),
        (["--set", "outlook.scenarios.减半=40%"], "“持平”为 0%，“减半”为 50%，“延续”为 100%；别的比例另起名称"),
        (["--set", "outlook.scenarios.延续=200%"], "别的比例另起名称"),
        (["--set", "as_of"], "--set 写作 参数=值"),
        (["--set", "publication.issuer=张三 13800138027"], "--set publication.issuer 里有电话、证件号"),
        (["--set", "publication.title=微信：zhangsan_88"], "--set publication.title 里有电话、证件号"),
        (["--set", "..=1"], "--set 写作 参数=值"),
        (["--set", "as_of=2024-01-31", "--set", "as_of=2024-02-29"], "--set as_of 写了两次"),
    ],
)
def test_what_is_wrong_is_told_as_of_the_file_and_nothing_is_kept(
    root: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    words: list[str],
    expected: str,
) -> None:
    assert tried(root, monkeypatch, *words, "--as", "toy-b") == 2
    assert expected in capsys.readouterr().err
    assert not (root / "data/processed").exists()


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        (["--as", "toy-b"], "试算要同时写 --set 参数=值 和 --as 期名"),
        (["--set", "as_of=2024-01-31"], "试算要同时写 --set 参数=值 和 --as 期名"),
        (["--set", "as_of=2024-01-31", "--as", "toy-2024"], "已经有名为 toy-2024 的期"),
        (["--set", "as_of=2024-01-31", "--as", "../toy"], "试算的期名（--as）只用小写字母"),
        (["toy-2024", "toy-high", *HIGH], "没有名为 toy-high 的期"),
    ],
)
def test_one_edition_settings_and_a_name_of_its_own_are_needed(
    root: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    words: list[str],
    expected: str,
) -> None:
    assert tried(root, monkeypatch, *words) == 2
    assert expected in capsys.readouterr().err


def test_a_damaged_record_is_told(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    tried(root, monkeypatch, *HIGH)
    (root / "data/processed/.what-if/toy-high.toml").write_text("base = 1", encoding="utf-8")
    with pytest.raises(Exception, match="试算 toy-high 的记录"):
        load_edition(root, "toy-high")


@given(st.dictionaries(st.text(min_size=1), st.text()))
def test_any_text_comes_back_from_its_file(settings: dict[str, str]) -> None:
    clean = {key: value for key, value in settings.items() if key.isprintable() and value.isprintable()}
    what_if = WhatIf(base="toy", settings=clean)
    assert WhatIf.model_validate(parse_form(to_toml(what_if))) == what_if


def test_what_it_changes_is_told_by_name(
    root: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    tried(root, monkeypatch, *HIGH)
    edition = load_edition(root, "toy-high")
    numbers = {"toy-2024": {"a": ("托位需要", "9000个"), "b": ("托位数", "60个")}}
    numbers["toy-high"] = {**numbers["toy-2024"], "a": ("托位需要", "12000个")}
    monkeypatch.setattr(trying, "_printed", lambda path: numbers[path.parent.name])
    assert trying.differences(root, edition) == ["托位需要　9000个→12000个"]
    assert edition.what_if is not None
    progress.compare(edition.what_if, ["托位需要　9000个→12000个"] * 25)
    said = capsys.readouterr().out
    assert "与 toy-2024 相比（assumptions.demand_rate=40%），变化的数字 25 个：" in said
    assert "另有 5 个" in said


@pytest.mark.slow
def test_a_try_is_made_like_any_edition(root: Path, capsys: pytest.CaptureFixture[str]) -> None:
    stage = toy.use(root, toy.clean_stage(needs=()))
    main((stage,), root=root, arguments=["run", "toy-2024", *HIGH])
    assert "✓ 整理" in capsys.readouterr().err


def test_what_a_try_has_not_and_has_besides_is_told_like_what_it_has_otherwise(tmp_path: Path) -> None:
    def made(name: str, *some: Fact) -> None:
        folder = tmp_path / "data/processed" / name
        folder.mkdir(parents=True)
        (folder / "facts.json").write_text(to_json(facts(*some).to_dict()), "utf-8")

    tried = EDITION.model_copy(update={"name": "toy-b", "what_if": WhatIf(base="toy-2024", settings={"previous": ""})})
    made("toy-b", fact("places", "900"), fact("births", "50"))
    assert trying.differences(tmp_path, tried) is None, "there is nothing to compare with"
    made("toy-2024", fact("places", "800"), fact("enrolled", "70"))
    told = trying.differences(tmp_path, tried)
    assert told is not None
    assert [one.partition("　")[2] for one in told] == ["800个→900个", "70人→没有", "没有→50人"]
