"""An office needs no checkout: the wheel carries a project, ``tuoyu init`` lays it out, and the command works in it."""

from __future__ import annotations

import configparser
import os
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest
from conftest import ROOT

from tuoyu.front.cli import command
from tuoyu.front.cli import main
from tuoyu.scaffold.project import GUIDE
from tuoyu.scaffold.project import PARTS
from tuoyu.scaffold.project import create_project


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel of this project, unpacked where an installation would put it."""
    built, target = tmp_path_factory.mktemp("wheel"), tmp_path_factory.mktemp("site-packages")
    words = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(built)]
    subprocess.run(words, cwd=ROOT, check=True, capture_output=True)
    (wheel,) = built.iterdir()
    zipfile.ZipFile(wheel).extractall(target)
    return target


def say(installed: Path, folder: Path, *words: str) -> subprocess.CompletedProcess[str]:
    """A command line of the installed program, given in a folder."""
    (entries,) = installed.glob("*.dist-info/entry_points.txt")
    scripts = configparser.ConfigParser()
    scripts.read(entries)
    module, _, function = scripts["console_scripts"]["tuoyu"].partition(":")
    start = f"import sys; from {module} import {function}; sys.exit({function}())"
    surroundings = {**os.environ, "PYTHONPATH": str(installed), "PYTHONUTF8": "1"}
    return subprocess.run(
        [sys.executable, "-c", start, *words],
        cwd=folder,
        env=surroundings,
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=False,
    )


@pytest.mark.slow
def test_installed_program_lays_out_a_project_and_works_in_it(installed: Path, tmp_path: Path) -> None:
    project = tmp_path / "托育 项目"
    made = say(installed, tmp_path, "init", project.name)
    assert made.returncode == 0, made.stderr
    assert "新建　notebooks/" in made.stdout
    for part in PARTS:
        for path in (ROOT / part).rglob("*"):
            if path.is_file() and not any(one.startswith(".") for one in path.relative_to(ROOT).parts):
                assert (project / path.relative_to(ROOT)).read_bytes() == path.read_bytes()
    assert say(installed, project, "new", "--example").returncode == 0
    checked = say(installed, project / "notebooks", "check", "example-2024")
    assert checked.returncode == 0, checked.stderr
    assert "参数、原始数据、笔记本均符合要求" in checked.stdout


def test_project_is_laid_out_in_an_empty_folder(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / ".git").mkdir()
    assert main((), root=ROOT, arguments=["init", str(tmp_path)]) == 0
    assert {one.name for one in tmp_path.iterdir()} == {
        *(".git", ".gitattributes", ".gitignore", "pipeline.py", "notebooks", "editions", "data", GUIDE)
    }
    assert f"cd {tmp_path}" in capsys.readouterr().out


def test_what_programs_leave_behind_is_not_laid_out(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    source = create_and_litter(tmp_path / "source")
    monkeypatch.setattr("tuoyu.scaffold.project.starter", lambda: source)
    create_project(tmp_path / "made")
    assert [one.name for one in (tmp_path / "made" / "notebooks").iterdir() if one.name.startswith(".")] == []


def create_and_litter(folder: Path) -> Path:
    create_project(folder)
    (folder / "notebooks" / ".ipynb_checkpoints").mkdir()
    (folder / "notebooks" / ".ipynb_checkpoints" / "01_clean.ipynb").write_text("{}", encoding="utf-8")
    return folder


@pytest.mark.parametrize("there", ["报告.docx", "pipeline.py", ".gitignore"])
def test_folder_with_anything_in_it_is_refused_untouched(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], there: str
) -> None:
    (tmp_path / there).write_text("已有", encoding="utf-8")
    assert main((), root=ROOT, arguments=["init", str(tmp_path)]) == 2
    assert f"不是空的（里面有 {there}），没有改动" in capsys.readouterr().err
    assert [one.name for one in tmp_path.iterdir()] == [there]


def test_file_in_the_place_of_the_folder_is_refused(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "a").write_text("", encoding="utf-8")
    assert main((), root=ROOT, arguments=["init", str(tmp_path / "a")]) == 2
    assert "是一个文件，不是文件夹" in capsys.readouterr().err


def test_layout_that_fails_halfway_leaves_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    source, target = tmp_path / "source", tmp_path / "made"
    create_project(source)
    shutil.rmtree(source / "notebooks")
    target.mkdir()
    monkeypatch.setattr("tuoyu.scaffold.project.starter", lambda: source)
    with pytest.raises(OSError, match="notebooks"):
        create_project(target)
    assert list(target.iterdir()) == []


def test_command_outside_a_project_says_where_to_go(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    assert command(["run"]) == 2
    assert "这里不在项目文件夹里" in capsys.readouterr().err
    assert command(["rum"]) == 2
    assert "是不是 run？" in capsys.readouterr().err
    assert command(["--version"]) == 0
    assert command(["run", "--help"]) == 0
    capsys.readouterr()
    assert command(["doctor"]) in {0, 1}, "the machine can be looked at before there is a project"
    assert "Python" in capsys.readouterr().out


def test_command_finds_the_project_around_it(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(ROOT / "notebooks" / "report")
    assert command(["list"]) == 0
    assert "jiangmen-2024-08" in capsys.readouterr().out
