"""The case of an edit seen in the preview: from the saving of a text file until a client has the new page."""
# ruff: noqa: INP001 - scripts that are run by their path are no package

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
import time
import urllib.request
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import ways
from cases import EDITED
from cases import Row
from cases import alternate
from costs import Command
from costs import CommandFailedError
from costs import Cost
from costs import measure
from costs import surroundings

from tuoyu.workspace.texts import list_texts

if TYPE_CHECKING:
    from collections.abc import Iterable
    from collections.abc import Iterator

    from cases import Bench

SEEN = 1.0  # seconds within which an edit is to be seen
_PATIENCE = 120.0
_REST = 1.0


def preview(bench: Bench) -> list[Row]:
    """The row of a sentence edited in the preview, against ``render`` of the same edit."""
    root = bench.copy("preview")
    measure(ways.ours(root, [bench.edition]), root)
    costs: dict[str, list[Cost]] = {"preview": [], "render": []}

    def seen() -> None:
        bench.tell("预览")
        with _open(root, bench.edition) as page:
            edit = _Edit(root, page.text())
            edit.save(1)
            page.until(edit.words)
            time.sleep(_REST)
            before, start = page.processor(), time.perf_counter()
            edit.save(2)
            page.until(edit.words)
            wall = time.perf_counter() - start
            time.sleep(_REST)
            costs["preview"].append(Cost(wall, page.processor() - before))
            edit.save(0)

    def rendered() -> None:
        bench.tell("render")
        command = Command((sys.executable, "pipeline.py", "render", bench.edition), root)
        costs["render"].append(measure([(command,)], root))

    alternate(bench.repeat, [rendered, seen])
    slowest = max(one.wall for one in costs["preview"])
    demand = (f"最慢一轮 {slowest:.2f} 秒，应不超过 {SEEN:.0f} 秒", slowest <= SEEN)
    return [Row("预览中改一句话，对 render", costs["preview"], costs["render"], of_naive=0.30, demands=(demand,))]


class _Edit:
    """A remark at the end of a sentence of the report that holds no placeholder, so often as is wanted."""

    def __init__(self, root: Path, page: str) -> None:
        for self.path in list_texts(root):
            self.before = self.path.read_text(encoding="utf-8")
            lines = [line for line in self.before.splitlines() if line.endswith("。") and "{" not in line]
            self.line = next((line for line in lines if line in page), "")
            if self.line:
                return
        msg = "报告里没有不带占位符的句子，不能测“预览”"
        raise CommandFailedError(msg)

    def save(self, times: int) -> None:
        """Write the file with the remark so many times over."""
        self.words = f"{self.line[:-1]}{EDITED * times}。"
        self.path.write_text(self.before.replace(self.line, self.words, 1), encoding="utf-8")


class _Page:
    """The page that a preview serves."""

    def __init__(self, address: str, process: int) -> None:
        self.address, self.process = address, process

    def text(self) -> str:
        return self._ask("report.html")

    def until(self, words: str) -> None:
        """Return when the page has these words, asking as a browser does."""
        end, version = time.monotonic() + _PATIENCE, 0
        while words not in self.text():
            state = json.loads(self._ask(f"state?after={version}"))
            version = state["version"]
            if state["error"] or time.monotonic() > end:
                msg = f"预览没有显示改过的句子：{state['error'] or '等了太久'}"
                raise CommandFailedError(msg)

    def processor(self) -> float:
        """CPU seconds of the preview and of all that it has started (Linux)."""
        waiting, total = [self.process], 0
        while waiting and sys.platform == "linux":
            folder = Path("/proc") / str(waiting.pop())
            try:
                total += sum(map(int, (folder / "stat").read_text(encoding="ascii").rpartition(")")[2].split()[11:15]))
                children = [path.read_text(encoding="ascii") for path in folder.glob("task/*/children")]
            except OSError:  # it has ended just now, and its parent has its time
                continue
            waiting += map(int, " ".join(children).split())
        return total / os.sysconf("SC_CLK_TCK")

    def _ask(self, what: str) -> str:
        with urllib.request.urlopen(f"{self.address}{what}", timeout=_PATIENCE) as answer:  # noqa: S310 - of our own
            return str(answer.read().decode())


def _address(told: Iterable[str]) -> re.Match[str]:
    """The address among the lines that the preview tells before it waits for readers."""
    lines = []
    for line in told:
        lines.append(line)
        if address := re.search(r"http://[\d.:]+/", line):
            return address
    msg = f"预览没有开始：{''.join(lines)}"
    raise CommandFailedError(msg)


@contextmanager
def _open(root: Path, edition: str) -> Iterator[_Page]:
    words = (sys.executable, "pipeline.py", "preview", edition, "--no-browser")
    with subprocess.Popen(  # noqa: S603 - our own words
        words,
        cwd=root,
        env=surroundings(root),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    ) as process:
        try:
            address = _address(process.stdout or ())
            page = _Page(address[0], process.pid)
            page.until("</main>")
            yield page
        finally:
            process.send_signal(signal.SIGINT)
