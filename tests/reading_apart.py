"""What a process of its own does in tests of files that take all the time and memory there is."""

from __future__ import annotations

import re
import warnings
from pathlib import Path
from typing import TYPE_CHECKING

from tuoyu.reading.files.grids import open_grids
from tuoyu.reading.quantities import UnreadableError

if TYPE_CHECKING:
    from multiprocessing.connection import Connection


def most() -> int:
    """Memory in use at the worst moment, in megabytes; ``getrusage`` would count the parent's in."""
    found = re.search(r"VmHWM:\s*(\d+)", Path("/proc/self/status").read_text(encoding="utf-8"))
    assert found
    return int(found[1]) >> 10


def read(answer: Connection, path: Path, seconds: int) -> None:
    """Send how much memory the file took, and how many values it has or why it is refused."""
    import resource  # which not every system has

    resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds))
    warnings.simplefilter("error")
    before = most()
    try:
        grids = open_grids(path.read_bytes(), path.suffix)
        said = f"read {sum(value is not None for grid in grids for row in grid.rows for value in row)}"
    except UnreadableError as error:
        said = str(error)
    answer.send((most() - before, said))
