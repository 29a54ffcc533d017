"""The command line: Chinese words, exit codes by phase, and nothing heavy before it is needed."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest
import toy

from tuoyu.front import progress
from tuoyu.front.cli import app
from tuoyu.front.cli import main
from tuoyu.front.publication import doubts_of
from tuoyu.nouns.finding import Finding
from tuoyu.nouns.stage import Stage
from tuoyu.workspace.editions import load_edition

ROOT = Path(__file__).resolve().parents[1]
STAGES = (toy.clean_stage(needs=()),)


@pytest.fixture
def root(tmp_path: Path) -> Path:
    return toy.register_targets(toy.build(tmp_path, *STAGES))


def say(root: Path, *words: str, stages: tuple[Stage, ...] = STAGES) -> int:
    return main(stages, root=root, arguments=words)


def test_help_is_chinese_and_lists_every_verb(root: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert say(root, "--help") == 0
    page = capsys.readouterr().out
    for verb in ("run", "render", "check", "list", "doctor"):
        assert f"  {verb} " in page
    assert "用法：python pipeline.py" in page
    assert "退出码" in page
    assert "Usage" not in page


def test_help_stands_by_task_and_leaves_no_verb_out(root: Path, capsys: pytest.CaptureFixture[str]) -> None:
    say(root, "--help")
    page = capsys.readouterr().out
    assert page.index("编报告：") < page.index("新建和收数：") < page.index("核对和查看：")
    verbs = [verb.name or verb.callback.__name__ for verb in app.registered_commands]
    assert all(f"\n  {verb} " in page for verb in verbs)


def test_version_is_told(root: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert say(root, "--version") == 0
    assert capsys.readouterr().out.startswith("tuoyu ")


def test_help_of_a_verb_names_its_arguments(root: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert say(root, "run", "--help") == 0
    page = capsys.readouterr().out
    assert page.startswith("用法：python pipeline.py run [期名…]")
    assert "不写则为 jiangmen-2024-08" in page
    assert say(root, "preview", "--help") == 0
    assert "[--no-browser]  不打开浏览器" in capsys.readouterr().out, "what is done anyway is no option"


def test_no_verb_shows_the_help_and_fails(root: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert say(root) == 2
    assert "用法：" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        (["rum"], "没有“rum”这个用法，是不是 run？"),
        (["run", "--fast"], "没有 --fast 这个选项"),
        (["run", "--forc"], "没有 --forc 这个选项，是不是 --force？"),
        (["run", "--jobs"], "--jobs 后面要写一个值：几期同时做"),
        (["run", "--jobs", "几个"], "--jobs 写法不对：几期同时做"),
        (["check", "a", "b"], "多写了 b"),
        (["diff", "toy-2024"], "后来的一期没有写：期名，写法相同；例如 diff "),
        (["check", "toy-2042"], "没有名为 toy-2042 的期，是不是 toy-2024？"),
    ],
)
def test_wrong_usage_is_explained_in_chinese(
    root: Path, capsys: pytest.CaptureFixture[str], words: list[str], expected: str
) -> None:
    assert say(root, *words) == 2
    message = capsys.readouterr().err
    assert expected in message
    assert "Error" not in message


def test_check_lists_data_and_notebooks_and_keeps_the_first_code(
    root: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (root / "data/raw/town/births.csv").write_text("改过\n", encoding="utf-8")
    (root / "notebooks/makes one table.ipynb").write_text("{", encoding="utf-8")
    assert say(root, "check", "toy-2024") == 4
    message = capsys.readouterr().err
    assert "文件与收到时不同" in message
    assert "不是有效的 Jupyter 笔记本" in message


def test_check_of_a_sound_edition_says_so(root: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert say(root, "check", "toy-2024") == 0
    assert "toy-2024：参数、原始数据、笔记本均符合要求" in capsys.readouterr().out


@pytest.mark.parametrize("verb", ["check", "run"])
def test_target_in_no_register_is_an_error(root: Path, capsys: pytest.CaptureFixture[str], verb: str) -> None:
    text = toy.EDITION.replace('"enrolment"', '"enrolmet"')
    (root / "editions/toy-2024.toml").write_text(text, encoding="utf-8")
    assert say(root, verb, "toy-2024") == 2
    assert "没有编号为 “enrolmet” 的目标，是不是 enrolment？" in capsys.readouterr().err


def test_character_that_no_font_draws_is_told_before_any_run(root: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (root / "editions/toy-2024.toml").write_text(toy.EDITION.replace("测试报告", "𠮷市报告"), encoding="utf-8")
    assert say(root, "check", "toy-2024") == 5
    assert "字体不能显示的字符：“𠮷”（U+20BB7）" in capsys.readouterr().err


def test_stale_date_on_the_title_page_is_found(root: Path) -> None:
    text = toy.EDITION.replace("as_of = 2024-08-31", "as_of = 2025-08-31", 1)
    (root / "editions/toy-2024.toml").write_text(text, encoding="utf-8")
    (doubt,) = doubts_of(load_edition(root, "toy-2024"))
    edition = load_edition(root, "toy-2024")
    for until in (2024, 2020):
        past = edition.model_copy(update={"outlook": edition.outlook.model_copy(update={"until": until})})
        assert next(one for one in doubts_of(past) if one != doubt).startswith(f"outlook.until：测算到 {until} 年")
    assert doubt.startswith("publication.subtitle：写着“2024年8月”，而数据截止日期是 2025-08-31→ 改为“2025年8月底”")


def test_run_closes_with_what_wants_an_answer(root: Path, capsys: pytest.CaptureFixture[str]) -> None:
    edition = load_edition(root, "toy-2024")
    where = "data/raw/town/births.csv，D2"
    findings = [
        Finding("warning", "large-change", where, "变动较大", "核对口径"),
        Finding("warning", "correction", where, "原文有误", "按更正读取"),
        Finding("note", "mixed-dates", where, "时点不同", ""),
    ]
    path = root / "data/processed/toy-2024/findings.json"
    path.parent.mkdir(parents=True)
    path.write_text(json.dumps([one.to_dict() for one in findings], ensure_ascii=False), encoding="utf-8")
    page = root / "reports/toy-2024/report.html"
    page.parent.mkdir(parents=True)
    page.write_text("", encoding="utf-8")
    progress.conclude(root, edition)
    said = capsys.readouterr().out.splitlines()
    assert said[1] == "  reports/toy-2024/report.html"
    assert said[-2:] == ["有 1 条存疑，请核对：", "  1. births.csv，D2：变动较大→ 核对口径"]
    progress.conclude(root, edition, told=True)
    assert capsys.readouterr().out.splitlines()[-1] == "有 1 条存疑，同上次运行；要逐条看，用 check toy-2024"


def test_list_shows_editions_and_what_is_wrong_with_them(root: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (root / "editions/broken.toml").write_text("city =", encoding="utf-8")
    assert say(root, "list") == 0
    listed = capsys.readouterr().out
    assert "toy-2024  测试报告（2024年8月）  未生成" in listed
    assert "broken  参数文件有误" in listed


def test_one_wrong_edition_stops_before_any_is_run(root: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert say(root, "run", "toy-2024", "toy-2042") == 2
    assert "整理" not in capsys.readouterr().err


@pytest.mark.slow
def test_failed_edition_gives_its_code_and_no_traceback(root: Path, capsys: pytest.CaptureFixture[str]) -> None:
    stage = toy.clean_stage("fails in second cell", needs=())
    toy.use(root, stage)
    assert say(root, "run", "toy-2024", stages=(stage,)) == 1
    message = capsys.readouterr().err
    assert "✗ 整理" in message
    assert "ZeroDivisionError" in message
    assert "Traceback" not in message


def test_doctor_looks_at_python_packages_kernel_and_fonts(root: Path, capsys: pytest.CaptureFixture[str]) -> None:
    say(root, "doctor")
    page = capsys.readouterr().out
    for name in ("Python", "依赖包", "笔记本内核", "字体", "影响成果的设置", "Quarto"):
        assert f"  {name}：" in page


def test_wrong_parameters_are_reported_before_anything_starts(root: Path) -> None:
    (root / "editions/toy-2024.toml").write_text("city = 1\n", encoding="utf-8")
    start_up = "from pathlib import Path\nfrom tuoyu.front.cli import main\n"
    script = f"{start_up}raise SystemExit(main((), root=Path({str(root)!r})))"
    command = [sys.executable, "-c", script, "run", "toy-2024"]
    done = subprocess.run(command, capture_output=True, text=True, encoding="utf-8", check=False, cwd=ROOT)
    assert done.returncode == 2
    assert "city：应为文字" in done.stderr
