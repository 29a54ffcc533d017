"""Surroundings (环境): what all editions of one command share — the package's source, what is installed, the commit.

Each is read when it is first asked for and then taken as read, so that it is not read again for every edition.
"""

from __future__ import annotations

import importlib.metadata
import os
import platform
import re
import subprocess
from dataclasses import dataclass
from dataclasses import field
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from tuoyu.engine.reach import Package

if TYPE_CHECKING:
    from collections.abc import Iterable
    from collections.abc import Mapping


@dataclass(frozen=True)
class _Installed:
    name: str
    version: str
    requires: tuple[str, ...]


@dataclass(frozen=True)
class Surroundings:
    """The package and the distributions around it; make a new one for every command."""

    package: Package = field(default_factory=lambda: Package(Path(__file__).resolve().parents[1]))
    _installed: dict[str, _Installed | None] = field(default_factory=dict, repr=False, compare=False)
    _behind: dict[str, list[str]] = field(default_factory=dict, repr=False, compare=False)
    _found: dict[frozenset[str], dict[str, str]] = field(default_factory=dict, repr=False, compare=False)
    _commits: dict[Path, str | None] = field(default_factory=dict, repr=False, compare=False)

    def environment(self, foreign: Iterable[str], *, variables: Iterable[str] = ()) -> dict[str, str]:
        """Versions of Python and of the distributions behind these imports, and of theirs; environment variables."""
        given = {name: os.environ[name] for name in variables if name in os.environ}
        return {"python": platform.python_version(), **self._versions(frozenset(foreign)), **given}

    def _versions(self, foreign: frozenset[str]) -> dict[str, str]:
        if foreign not in self._found:
            waiting = [one for name in sorted(foreign) for one in self._distributions_of(name)]
            versions: dict[str, str] = {}
            while waiting:
                found = self._distribution(waiting.pop())
                if found is not None and found.name not in versions:
                    versions[found.name] = found.version
                    waiting += found.requires
            self._found[foreign] = dict(sorted(versions.items()))
        return self._found[foreign]

    def requirements(self) -> dict[str, str]:
        """Versions of Python and of what the package itself requires, as far as it is installed."""
        found = [self._distribution(name) for name in self._required]
        return {"python": platform.python_version(), **{one.name: one.version for one in found if one}}

    def commit(self, root: Path) -> str | None:
        """The commit that is checked out; None outside git or without git."""
        if root not in self._commits:
            self._commits[root] = _commit(root)
        return self._commits[root]

    @cached_property
    def _required(self) -> list[str]:
        own = self._distribution(self.package.name)
        return sorted(own.requires if own else ())

    def _distributions_of(self, imported: str) -> list[str]:
        # Nearly all are named like what is imported from them, or nearly so (PyYAML); to search all others takes time.
        if self._distribution(imported):
            return [imported]
        if imported not in self._behind:
            like = _canonical(imported)
            alike = dict.fromkeys([*(name for name in self._required if like in name), f"py{like}"])
            found = [name for name in alike if self._distribution(name) and _provides(name, imported)]
            self._behind[imported] = found or self._by_import.get(imported, [])
        return self._behind[imported]

    @cached_property
    def _by_import(self) -> Mapping[str, list[str]]:
        return importlib.metadata.packages_distributions()

    def _distribution(self, name: str) -> _Installed | None:
        if name not in self._installed:
            self._installed[name] = _look_up(name)
        return self._installed[name]


def _look_up(name: str) -> _Installed | None:
    try:
        text = importlib.metadata.distribution(name).read_text("METADATA")
    except importlib.metadata.PackageNotFoundError:
        return None
    # The library's own parser reads the whole long description, which takes most of the time of a check.
    lines = [line.partition(": ")[::2] for line in (text or "").partition("\n\n")[0].splitlines()]
    fields = dict(reversed(lines))
    # Markers are not weighed: what is required elsewhere only is not installed here.
    required = [value for key, value in lines if key == "Requires-Dist" and "extra ==" not in value]
    names = [match[0] for value in required if (match := re.match(r"[A-Za-z0-9._-]+", value))]
    version = fields.get("Version") or importlib.metadata.version(name)
    return _Installed(_canonical(fields.get("Name", name)), version, tuple(_canonical(one) for one in names))


def _provides(name: str, imported: str) -> bool:
    record = importlib.metadata.distribution(name).read_text("RECORD") or ""
    return f"\n{imported}/" in f"\n{record}"


def _canonical(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def _commit(root: Path) -> str | None:
    command = ["git", "-C", str(root), "rev-parse", "HEAD"]
    try:
        result = subprocess.run(  # noqa: S603 - fixed words and our own root
            command, capture_output=True, check=False, timeout=10
        )
    except (OSError, subprocess.TimeoutExpired):
        return None
    # What git says in the language of the user may be in any code; a commit is not.
    return result.stdout.decode("ascii").strip() if result.returncode == 0 else None
