"""The handbook can be followed: every command and every addition that it shows is tried as it stands there."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from conftest import Made

ROOT = Path(__file__).resolve().parents[1]
HANDBOOK = ROOT / "docs/handbook"
CHAPTERS = sorted(path.name for path in HANDBOOK.glob("*.md"))
STEP = re.compile(r"加到 `(?P<file>[^`]+)` 末尾：\n\n```\w+\n(?P<added>.*?)```|```sh\n(?P<commands>.*?)```", re.DOTALL)
LINK = re.compile(r"\]\((?!https?:)([^)#]+)")
NAMED = re.compile(r"python pipeline\.py (\w+)")


def steps_of(chapter: str) -> list[re.Match[str]]:
    return list(STEP.finditer((HANDBOOK / chapter).read_text(encoding="utf-8")))


@pytest.mark.parametrize("chapter", [chapter for chapter in CHAPTERS if steps_of(chapter)])
def test_steps_lead_to_the_end(chapter: str, all_made: Made, tmp_path: Path) -> None:
    """In an office that has made the report before, as the README begins."""
    root = Path(shutil.copytree(all_made.place.root, tmp_path / "office"))
    for step in steps_of(chapter):
        if step["file"]:
            with (root / step["file"]).open("a", encoding="utf-8") as file:
                file.write(step["added"])
            continue
        for command in step["commands"].splitlines():
            words = command.split()
            assert words[:2] == ["python", "pipeline.py"]
            done = subprocess.run([sys.executable, *words[1:]], cwd=root, capture_output=True, text=True, check=False)
            assert done.returncode == 0, f"{command}\n{done.stdout}{done.stderr}"


def test_readme_leads_to_every_chapter_and_no_link_is_dead() -> None:
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    assert len(readme.splitlines()) <= 80, "two screens"
    for page in [ROOT / "README.md", ROOT / "docs/rap.md", *HANDBOOK.glob("*.md")]:
        for link in LINK.findall(page.read_text(encoding="utf-8")):
            assert (page.parent / link).exists(), f"{page.name}: {link}"
    assert all(f"docs/handbook/{chapter}" in readme for chapter in CHAPTERS if chapter != "README.md")


def test_every_place_that_the_list_of_requirements_names_is_there() -> None:
    named = re.findall(r"`((?:tuoyu|tests|notebooks|\.ci)/[^`]*)`", (ROOT / "docs/rap.md").read_text(encoding="utf-8"))
    assert len(named) > 5
    assert [path for path in named if not (ROOT / path).exists()] == []


def test_only_commands_that_exist_are_named() -> None:
    sys.path.insert(0, str(ROOT))
    from tuoyu.front.cli import app

    known = {command.name or command.callback.__name__ for command in app.registered_commands if command.callback}
    for page in [ROOT / "README.md", *HANDBOOK.glob("*.md")]:
        named = set(NAMED.findall(page.read_text(encoding="utf-8")))
        assert named <= known, page.name
