"""The vocabulary (指标词表): every indicator with all that is to be known of it, and the function that computes it."""

from __future__ import annotations

import tomllib
from functools import cache
from importlib.resources import files

from tuoyu.childcare import formulas
from tuoyu.nouns.indicator import Indicator
from tuoyu.nouns.indicator import Vocabulary


@cache
def vocabulary() -> Vocabulary:
    """Every indicator by id, in the order of ``indicators.toml``; computed ones after what they are computed from."""
    records = tomllib.loads(files("tuoyu.childcare").joinpath("indicators.toml").read_text(encoding="utf-8"))
    return {
        name: Indicator.model_validate({**record, "id": name, "function": getattr(formulas, name, None)})
        for name, record in records.items()
    }
