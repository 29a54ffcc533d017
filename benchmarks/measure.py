"""Measures the pipeline against the naive way and the floor, and prints a table: ``python benchmarks/measure.py``.

Ratios within one round count, because machines are noisy; the README beside this file says how to read the table.
"""
# ruff: noqa: INP001 - scripts that are run by their path are no package

from __future__ import annotations

import argparse
import compileall
import importlib.metadata
import os
import platform
import sys
import sysconfig
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING

from cases import Bench
from cases import Row
from cases import one_edition
from cases import pdf
from cases import several_editions
from costs import CommandFailedError
from costs import Cost
from costs import adopt_orphans
from costs import median
from costs import quotient
from growth import growth
from previews import preview

from tuoyu.nouns.edition import DEFAULT_EDITION

if TYPE_CHECKING:
    from collections.abc import Iterator
    from collections.abc import Sequence

CASES = ("cold", "unchanged", "prose", "figure", "preview", "twenty", "pdf", "cities")
OF_ONE_EDITION = CASES[:4]
HEADINGS = ("情形", "本程序", "朴素做法", "单个脚本", "对朴素之比", "对脚本之比", "目标", "达到")
PACKAGES = ("papermill", "nbconvert", "ipykernel", "pandas", "matplotlib", "typst")


def main() -> int:
    """Measure the cases that were asked for; 1 if a command failed."""
    chosen = _arguments()
    started = time.perf_counter()

    def tell(text: str) -> None:
        sys.stderr.write(f"{time.perf_counter() - started:7.1f} 秒　{text}\n")
        sys.stderr.flush()

    tell("编译字节码")
    compileall.compile_dir(sysconfig.get_path("purelib"), quiet=2, workers=0)
    adopt_orphans()
    with tempfile.TemporaryDirectory(prefix="tuoyu-benchmark-") as scratch:
        bench = Bench(Path(scratch), chosen.repeat, chosen.edition, tell)
        rows, failure = _measured(_rows(bench, chosen))
    text = "\n".join([about(chosen.repeat, chosen.edition), "", table(rows), ""])
    sys.stdout.write(text)
    if chosen.out:
        chosen.out.write_text(text, encoding="utf-8")
    sys.stderr.write(failure)
    return 1 if failure else 0


def _measured(cases: Iterator[Row]) -> tuple[list[Row], str]:
    """The rows of the cases until one failed, and why it did."""
    rows: list[Row] = []
    try:
        for row in cases:
            rows.append(row)  # noqa: PERF402 - what was measured before a failure is kept
    except CommandFailedError as error:
        return rows, f"{error}\n"
    return rows, ""


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description="测速：本程序同朴素做法、单个脚本比较")
    parser.add_argument("--repeat", type=_positive, default=3, help="每种情形测几轮，取中位数")
    parser.add_argument("--cases", type=_cases, default=CASES, help=f"测哪些情形，用逗号分开：{','.join(CASES)}")
    parser.add_argument("--edition", default=DEFAULT_EDITION, help="用哪一期")
    parser.add_argument("--editions", type=_positive, default=20, help="twenty 做几期")
    parser.add_argument("--cities", type=_positive, default=337, help="cities 做几个城市")
    parser.add_argument("--census", type=Path, help="cities 用的普查表，不给则用编造的人口")
    parser.add_argument("--out", type=Path, help="表格另存为文件")
    return parser.parse_args()


def _positive(text: str) -> int:
    number = int(text) if text.isdecimal() else 0
    if number < 1:
        msg = f"应为 1 或更大的整数，现为 {text}"
        raise argparse.ArgumentTypeError(msg)
    return number


def _cases(text: str) -> tuple[str, ...]:
    unknown = [name for name in text.split(",") if name not in CASES]
    if unknown:
        msg = f"没有 {'、'.join(unknown)}；可以写 {','.join(CASES)}"
        raise argparse.ArgumentTypeError(msg)
    return tuple(text.split(","))


def _rows(bench: Bench, chosen: argparse.Namespace) -> Iterator[Row]:
    single = [name for name in OF_ONE_EDITION if name in chosen.cases]
    if single:
        yield from one_edition(bench, single)
    if "preview" in chosen.cases:
        yield from preview(bench)
    if "twenty" in chosen.cases:
        yield from several_editions(bench, chosen.editions)
    if "pdf" in chosen.cases:
        yield from pdf(bench)
    if "cities" in chosen.cases:
        yield from growth(bench, chosen.cities, chosen.census)


def about(repeat: int, edition: str) -> str:
    """What was measured, and on which machine: times of another one mean little."""
    versions = "，".join(f"{name} {importlib.metadata.version(name)}" for name in PACKAGES)
    load = f"，测完时负载 {os.getloadavg()[0]:.1f}" if hasattr(os, "getloadavg") else ""
    return (
        f"{platform.system()} {platform.machine()}，{os.cpu_count()} 个处理器{load}；"
        f"Python {platform.python_version()}，{versions}。\n"
        f"期名 {edition}，{repeat} 轮，取中位数；先编译全部字节码。括号里是处理器时间，比值是同一轮内之比的中位数。"
    )


def table(rows: Sequence[Row]) -> str:
    """The rows in Markdown."""
    lines = [HEADINGS, (":--",) * len(HEADINGS), *map(_cells, rows)]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def _cells(row: Row) -> tuple[str, ...]:
    if row.remark:
        return (row.case, *["—"] * 5, row.remark.replace("|", "／"), "—")
    ratios = {
        "朴素": (quotient(row.ours, row.naive) if row.naive else None, row.of_naive),
        "脚本": (quotient(row.ours, row.floor) if row.floor else None, row.of_floor),
    }
    goals = [f"≤ {most:.2f} × {name}" for name, (_, most) in ratios.items() if most is not None]
    held = [ratio.wall <= most for ratio, most in ratios.values() if ratio is not None and most is not None]
    return (
        row.case,
        *(_seconds(costs) for costs in (row.ours, row.naive, row.floor)),
        *(_shown(ratio, digits=3) for ratio, _ in ratios.values()),
        "；".join([*goals, *(words for words, _ in row.demands)]) or "—",
        "是" if all([*held, *(one for _, one in row.demands)]) else "**否**",
    )


def _seconds(costs: Sequence[Cost]) -> str:
    return _shown(median(costs) if costs else None, digits=2, unit=" 秒")


def _shown(cost: Cost | None, *, digits: int, unit: str = "") -> str:
    return "—" if cost is None else f"{cost.wall:.{digits}f}{unit}（{cost.processor:.{digits}f}）"


if __name__ == "__main__":
    raise SystemExit(main())
