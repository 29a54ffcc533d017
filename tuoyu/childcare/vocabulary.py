"""The vocabulary of indicators (指标词表): what each is called, in which unit it is counted, what it can be."""

from __future__ import annotations

import tomllib
from functools import cache
from importlib.resources import files
from typing import Any


@cache
def vocabulary() -> dict[str, dict[str, Any]]:
    """指标词表 — indicator id → name, aliases, unit, range; from ``vocabulary.toml``."""
    return tomllib.loads(files("tuoyu.childcare").joinpath("vocabulary.toml").read_text(encoding="utf-8"))
