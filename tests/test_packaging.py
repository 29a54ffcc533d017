"""pyproject.toml, constraints.txt and environment.yml name the same things."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import yaml
from packaging.markers import default_environment
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from tuoyu.front import usage

ROOT = Path(__file__).resolve().parents[1]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
CONSTRAINTS = (ROOT / "constraints.txt").read_text(encoding="utf-8")
ONLY_CONDA = {"python", "pip", "jupyterlab", "quarto"}


def direct() -> dict[str, Requirement]:
    lines = [*PROJECT["dependencies"], *(line for extra in PROJECT["optional-dependencies"].values() for line in extra)]
    return {canonicalize_name(requirement.name): requirement for requirement in map(Requirement, lines)}


def pinned() -> list[Requirement]:
    lines = [line for line in CONSTRAINTS.splitlines() if line and not line.startswith("#")]
    return [Requirement(line) for line in lines]


def conda() -> dict[str, Requirement]:
    dependencies = yaml.safe_load((ROOT / "environment.yml").read_text(encoding="utf-8"))["dependencies"]
    lines = [line for line in dependencies if isinstance(line, str)]
    (pip,) = [section["pip"] for section in dependencies if isinstance(section, dict)]
    requirements = map(Requirement, [*lines, *(line for line in pip if not line.startswith("-e"))])
    return {canonicalize_name(requirement.name): requirement for requirement in requirements}


def test_every_direct_dependency_is_pinned_within_its_bounds() -> None:
    for python in ("3.11.4", "3.12.0", "3.13.0"):
        environment = {**default_environment(), "python_version": python[:4], "python_full_version": python}
        active = [line for line in pinned() if line.marker is None or line.marker.evaluate(environment)]
        versions = {canonicalize_name(line.name): str(line.specifier).removeprefix("==") for line in active}
        for name, requirement in direct().items():
            assert requirement.specifier.contains(versions[name]), f"{name} on Python {python}"


def test_constraints_hold_versions_and_nothing_of_the_machine_that_made_them() -> None:
    assert all(re.fullmatch(r"==[\w.+!]+", str(line.specifier)) and line.url is None for line in pinned())
    assert not re.search(r"://|--hash|--index|--find-links|/tmp|/home", CONSTRAINTS)


def test_constraints_serve_all_three_systems() -> None:
    markers = " ".join(str(line.marker) for line in pinned())
    assert 'sys_platform == "win32"' in markers
    assert 'sys_platform == "darwin"' in markers


def test_conda_environment_names_the_same_dependencies() -> None:
    listed = {name: str(line.specifier) for name, line in conda().items() if name not in ONLY_CONDA}
    assert listed == {name: str(line.specifier) for name, line in direct().items()}


def test_conda_environment_brings_what_only_it_can() -> None:
    assert conda().keys() >= ONLY_CONDA
    assert str(conda()["python"].specifier) == PROJECT["requires-python"]


def test_ci_runs_what_the_readme_says_and_ends_with_the_tests() -> None:
    script = (ROOT / ".ci" / "run").read_text(encoding="utf-8").splitlines()
    assert 'pip install --quiet -c constraints.txt -e ".[test]"' in script
    assert "python pipeline.py run" in script
    assert script[-1] == "python -m pytest -n auto --dist loadfile"
    assert f" && {script[-1]}" in (ROOT / "README.md").read_text(encoding="utf-8")


def test_newest_release_of_the_change_log_is_the_version_that_the_program_tells() -> None:
    log = (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
    headings = re.findall(r"(?m)^## (.*)$", log)
    releases = [
        re.fullmatch(r"\[(\d+\.\d+\.\d+)\] - (\d{4}-\d\d-\d\d)", one) for one in headings if "未发布" not in one
    ]
    known = [(tuple(map(int, one[1].split("."))), one[2]) for one in releases if one]
    assert len(known) == len(releases)
    assert known == sorted(known, reverse=True)
    assert usage.version().startswith(f"tuoyu {'.'.join(map(str, known[0][0]))}（")
