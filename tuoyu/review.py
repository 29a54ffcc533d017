"""Reads the raw tables of an edition without running a notebook, for the verb ``check``.

Stands before ``analysis`` as ``publication`` stands behind it: the command line itself knows no table.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from tuoyu.forms import read_form
from tuoyu.source import CITY
from tuoyu.source import CORRECTIONS
from tuoyu.source import load_raw

if TYPE_CHECKING:
    from pathlib import Path
    from typing import Any

    from tuoyu.finding import Finding
    from tuoyu.parameters import Edition


def review_tables(root: Path, edition: Edition) -> list[Finding]:
    """What 01_clean would say of the figures in the raw files. Raises DataError for files that are unfit."""
    from tuoyu.analysis.checks import check_observations
    from tuoyu.analysis.cleaning import clean

    cleaned = clean(load_raw(root, edition), _forms(root, edition, CITY), _forms(root, edition, CORRECTIONS))
    return [*cleaned.findings, *check_observations(cleaned.observations)]


def _forms(root: Path, edition: Edition, name: str) -> dict[str, dict[str, Any]]:
    paths = {place: root / "data" / "raw" / place / name for place in edition.places}
    return {place: read_form(path) for place, path in paths.items() if path.is_file()}
