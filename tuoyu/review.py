"""Reads the raw tables of an edition without running a notebook, for the verb ``check``.

Stands before ``analysis`` as ``publication`` stands behind it: the command line itself knows no table.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from tuoyu.source import CITY
from tuoyu.source import CORRECTIONS
from tuoyu.source import load_forms
from tuoyu.source import load_raw

if TYPE_CHECKING:
    from pathlib import Path

    from tuoyu.finding import Finding
    from tuoyu.parameters import Edition


def review_tables(root: Path, edition: Edition) -> list[Finding]:
    """What 01_clean would say of the figures in the raw files. Raises DataError for files that are unfit."""
    from tuoyu.analysis.checks import check_observations
    from tuoyu.analysis.cleaning import clean

    cleaned = clean(load_raw(root, edition), load_forms(root, edition, CITY), load_forms(root, edition, CORRECTIONS))
    return [*cleaned.findings, *check_observations(cleaned.observations)]
