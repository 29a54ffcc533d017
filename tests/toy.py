"""A small repository for tests: one town, one edition, stages whose notebooks lie in tests/notebooks."""

from __future__ import annotations

import hashlib
import shutil
from pathlib import Path

from tuoyu.nouns.stage import Stage

NOTEBOOKS = Path(__file__).parent / "notebooks"
BIRTHS = "地区,指标,数据,时点\n测试市,出生人口,31000人,2022年\n测试市,出生人口,28600人,2023年\n"
EDITION = """
city = "town"
as_of = 2024-08-31
population_as_of = 2023-12-31
benchmarks = []
comparators = ["nation"]

[assumptions]
demand_rate = "30%"
demand_rate_source = "测试"

[targets]
places = "places"
national_places = "national-places"
enrolment = "enrolment"
floor_area = "floor-area"

[publication]
title = "测试报告"
subtitle = "（2024年8月）"
issuer = "测试单位"
status = "送审稿"
"""
SIDECAR = """
producer = "测试统计局"
title = "测试公报"
published = 2024-03-01
accessed = 2024-09-01
locator = "第1页"
basis = "公开发布"
confidence = "高"
sha256 = "{sha256}"

[reading]
kind = "{kind}"
"""
POLICIES = """
[[policy]]
id = "plan"
title = "测试规划"
issuer = "测试机关"
target = [
    { id = "places", indicator = "places_per_thousand", value = "5个/千人", year = "2025" },
    { id = "national-places", indicator = "places_per_thousand", value = "4.5个/千人", year = "2025" },
    { id = "enrolment", indicator = "enrolment_rate", value = "20%", year = "2025" },
    { id = "floor-area", indicator = "floor_area_per_place", value = "9平方米", year = "2023" },
]
"""


def clean_stage(notebook: str = "makes one table", **changes: object) -> Stage:
    """A first stage that promises one table, and needs the raw files where its notebook reads them."""
    path = NOTEBOOKS / f"{notebook}.ipynb"
    reads = path.is_file() and "raw_files" in path.read_text(encoding="utf-8")
    values: dict[str, object] = {
        "name": "clean",
        "notebook": f"{notebook}.ipynb",
        "needs": ("raw",) if reads else (),
        "makes": ("numbers.parquet",),
        "title": "整理",
    }
    return Stage(**{**values, **changes})  # type: ignore[arg-type]


def sum_stage() -> Stage:
    """A second stage that needs the table of the first."""
    return Stage(
        name="indicators",
        notebook="makes a fact file.ipynb",
        needs=("numbers.parquet",),
        makes=("sums.json",),
        title="合计",
    )


def build(root: Path, *stages: Stage) -> Path:
    """Write the repository below ``root``; returns ``root``."""
    (root / "notebooks").mkdir(parents=True)
    (root / "editions").mkdir()
    (root / "editions" / "toy-2024.toml").write_text(EDITION, encoding="utf-8")
    lines = ["from tuoyu.nouns.stage import Stage", f"STAGES = {stages!r}"]
    (root / "pipeline.py").write_text("\n".join(lines), encoding="utf-8")
    for stage in stages:
        shutil.copy(NOTEBOOKS / stage.notebook, root / "notebooks" / stage.notebook)
    for place in ("town", "nation"):
        add_raw(root / "data" / "raw" / place / "births.csv", BIRTHS)
    city = 'name = "测试市"\nshort = "测试"\ncode = "990100"\nlevel = "地级市"\n'
    (root / "data" / "raw" / "town" / "city.toml").write_text(city, encoding="utf-8")
    return root


def use(root: Path, *stages: Stage) -> Stage:
    """Make these the stages of an existing toy repository; returns the first."""
    for stage in stages:
        shutil.copy(NOTEBOOKS / stage.notebook, root / "notebooks" / stage.notebook)
    lines = ["from tuoyu.nouns.stage import Stage", f"STAGES = {stages!r}"]
    (root / "pipeline.py").write_text("\n".join(lines), encoding="utf-8")
    return stages[0]


def register_targets(root: Path, text: str = POLICIES) -> Path:
    """Put the targets of the edition into a register, as a whole run wants them; returns ``root``."""
    add_raw(root / "data" / "raw" / "nation" / "登记.toml", text, kind="policies")
    return root


def add_raw(path: Path, text: str, *, kind: str = "figures") -> None:
    """A raw file with its sidecar."""
    path.parent.mkdir(parents=True, exist_ok=True)
    content = text.encode()
    path.write_bytes(content)
    sidecar = path.with_name(f"{path.name}.source.toml")
    paper = SIDECAR.format(sha256=hashlib.sha256(content).hexdigest(), kind=kind)
    sidecar.write_text(paper, encoding="utf-8")
