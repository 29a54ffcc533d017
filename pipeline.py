"""江门市托育服务监测报告：全书目录。

    01_clean.ipynb       原始数据（data/raw，原样保存）→ 规整的观测值
    02_indicators.ipynb  观测值 → 指标值与核验意见
    03_report.ipynb      指标值 → 文字、表格、图

用法：python pipeline.py run [期名]；其余用法见 python pipeline.py --help。
"""

from __future__ import annotations

from pathlib import Path

from tuoyu.nouns.stage import Stage

STAGES = (
    Stage(
        name="clean",
        notebook="01_clean.ipynb",
        needs=("raw",),
        makes=("observations.parquet", "registers.json", "reading.json", "findings-clean.json"),
        title="整理原始数据",
    ),
    Stage(
        name="indicators",
        notebook="02_indicators.ipynb",
        needs=("cities", "observations.parquet", "registers.json", "findings-clean.json"),
        makes=("facts.json", "findings.json"),
        title="计算指标并核验",
    ),
    Stage(
        name="report",
        notebook="03_report.ipynb",
        needs=("facts.json",),
        makes=("figures/*.svg",),
        title="撰写报告",
    ),
)

if __name__ == "__main__":
    from tuoyu.front.cli import main

    raise SystemExit(main(STAGES, root=Path(__file__).parent))
