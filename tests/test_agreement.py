"""What a run would refuse for the inputs' sake, ``check`` has said before, with the same words."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from collections.abc import Iterator
from pathlib import Path

import pytest
from conftest import copy_repository
from test_bad_input import POPULATION
from test_bad_input import REPORT
from test_bad_input import SURVEY
from test_bad_input import adopt
from test_bad_input import change_row
from test_bad_input import change_workbook

from tuoyu.front.review import review
from tuoyu.nouns.errors import DataError
from tuoyu.nouns.errors import TuoyuError
from tuoyu.workspace.editions import load_edition

EDITION = "jiangmen-2024-08"
STREETS = "data/raw/jiangmen/社区婴幼儿数.xlsx"
CORRECTIONS = "data/raw/jiangmen/corrections.toml"


def put(path: Path, cell: str, value: object, sheet: int = 0) -> None:
    change_workbook(path, lambda book: book.worksheets[sheet].__setitem__(cell, value))


def append(path: Path, text: str) -> None:
    path.write_text(path.read_text("utf-8") + text, "utf-8")


def replaced(path: Path, old: str, new: str) -> None:
    text = path.read_text("utf-8-sig")
    assert old in text
    path.write_text(text.replace(old, new), "utf-8-sig")
    adopt(path)


SPOILED: dict[str, Callable[[Path], object]] = {
    "missing sidecar": lambda root: (root / f"{REPORT}.source.toml").unlink(),
    "text for a number": lambda root: put(root / POPULATION, "C5", "不详"),
    "unknown place": lambda root: change_row(root / REPORT, "F044", "地区", "江心市"),
    "two values": lambda root: change_row(root / REPORT, "F048", "数据", "23559个"),
    "computed out of range": lambda root: change_row(root / REPORT, "F043", "数据", "200元/月"),
    "part above its whole": lambda root: change_row(root / REPORT, "F047", "数据", "463家"),
    "communities above their street": lambda root: put(root / STREETS, "D4", 1000),
    "correction that meets nothing": lambda root: change_row(root / REPORT, "F014", "数据", "6.39‰"),
    "verified doubt that is none": lambda root: append(
        root / CORRECTIONS,
        '\n[[verified]]\nfile = "社区婴幼儿数.xlsx"\ncell = "D4"\ncheck = "jump"\nreason = "已核对"\n',
    ),
    "wrong header": lambda root: replaced(root / SURVEY, "题目", "问"),
    "rare character in a name": lambda root: put(root / STREETS, "C5", "𠮷里社区"),
    "target that cannot be read": lambda root: replaced(
        root / "data/raw/guangdong/政策文件登记.toml", "28.6%", "二成八"
    ),
}


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return copy_repository(tmp_path_factory.mktemp("agreement") / "shop")


@pytest.fixture
def site(shop: Path) -> Iterator[Path]:
    """The shop, put back after each case."""
    kept = {path: path.read_bytes() for path in (shop / "data/raw").rglob("*") if path.is_file()}
    yield shop
    for path, content in kept.items():
        path.write_bytes(content)


def as_check_says(root: Path) -> str:
    """The words with which ``check`` refuses; empty where it does not."""
    try:
        errors = [one for one in review(root, load_edition(root, EDITION)).findings if one.severity == "error"]
    except TuoyuError as error:
        return str(error)
    return str(DataError.from_findings(errors)) if errors else ""


def as_run_says(root: Path, monkeypatch: pytest.MonkeyPatch, products: Path) -> str:
    """The words with which the first two stages refuse, their cells run here one after the other."""
    monkeypatch.setenv("TUOYU_ROOT", str(root))
    monkeypatch.setenv("TUOYU_PROCESSED", str(products))
    for name in ("01_clean", "02_indicators"):
        cells = json.loads((root / f"notebooks/{name}.ipynb").read_text("utf-8"))["cells"]
        names: dict[str, object] = {}
        try:
            for cell in cells:
                if cell["cell_type"] == "code":
                    source = "".join(cell["source"])
                    exec(re.sub(r'^edition = ".*"$', f'edition = "{EDITION}"', source), names)  # noqa: S102 - our own
        except TuoyuError as error:
            return str(error)
    return ""


@pytest.mark.parametrize("spoil", SPOILED.values(), ids=SPOILED)
def test_run_and_check_refuse_with_the_same_words(
    site: Path, spoil: Callable[[Path], object], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    spoil(site)
    said = as_check_says(site)
    assert said
    assert as_run_says(site, monkeypatch, tmp_path) == said


def test_neither_refuses_sound_inputs(site: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    assert as_check_says(site) == ""
    assert as_run_says(site, monkeypatch, tmp_path) == ""
