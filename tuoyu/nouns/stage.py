"""A stage (环节): one notebook, what it needs and what it makes."""

from __future__ import annotations

from dataclasses import dataclass
from fnmatch import fnmatchcase
from pathlib import PurePosixPath

RAW = "raw"
CITIES = "cities"


@dataclass(frozen=True)
class Stage:
    """环节 — a notebook with its declaration.

    ``needs`` and ``makes`` name files below ``data/processed/<edition>/``; ``makes`` may use a pattern
    (``figures/*.svg``) for files of which there may be none. Two words in ``needs`` stand for inputs instead:
    ``raw`` for the raw folders of the edition, ``cities`` for their ``city.toml`` alone. ``time_limit`` is the
    number of seconds that one cell of the notebook may take, ``memory_limit`` the megabytes that its kernel may
    take from when the stage is opened.
    """

    name: str
    notebook: str
    needs: tuple[str, ...]
    makes: tuple[str, ...]
    title: str
    time_limit: int = 600
    memory_limit: int = 4096

    def __post_init__(self) -> None:
        if not self.makes:
            msg = f"stage {self.name} makes nothing"
            raise ValueError(msg)
        for product in (*self.needs, *self.makes):
            path = PurePosixPath(product)
            if path.is_absolute() or ".." in path.parts or "\\" in product:
                msg = f"stage {self.name}: {product!r} is not a path below data/processed/<edition>/"
                raise ValueError(msg)

    def may_read(self, product: str) -> bool:
        """Whether ``product`` is declared as needed; what a stage makes it may read back too."""
        return _matches(product, (*self.needs, *self.makes))

    def may_write(self, product: str) -> bool:
        """Whether ``product`` is declared as made."""
        return _matches(product, self.makes)


def _matches(product: str, patterns: tuple[str, ...]) -> bool:
    return any(fnmatchcase(product, pattern) for pattern in patterns)


def is_pattern(product: str) -> bool:
    """Whether a declaration means any number of files, none included.

    >>> is_pattern("figures/*.svg"), is_pattern("facts.json")
    (True, False)
    """
    return any(sign in product for sign in "*?[")
