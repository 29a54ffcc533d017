"""The preview (预览): the report in a browser, made again whenever a file of it is saved.

Belongs here: watching, serving on this machine only, and who is asked for what after which change. The report stands in
a frame of a page of ours; what is wrong stands above it. Pages are made in another process (``rehearsing``).
"""

from __future__ import annotations

import json
import threading
import time
from concurrent.futures import BrokenExecutor
from contextlib import ExitStack
from dataclasses import dataclass
from dataclasses import field
from functools import cached_property
from functools import partial
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler
from http.server import ThreadingHTTPServer
from importlib.resources import files
from pathlib import Path
from queue import Empty
from queue import SimpleQueue
from typing import TYPE_CHECKING
from typing import Any
from urllib.parse import parse_qs
from urllib.parse import urlsplit

from tuoyu.engine.batch import processes
from tuoyu.front import rehearsing
from tuoyu.front.making import tidy
from tuoyu.front.rehearsing import Answer
from tuoyu.workspace.opening import TABLE_OF_CONTENTS
from tuoyu.workspace.raw import is_litter
from tuoyu.workspace.texts import FOLDER as TEXTS

if TYPE_CHECKING:
    from collections.abc import Callable

LOOPBACK = "127.0.0.1"
PATIENCE = 20.0  # seconds for which a question of the browser is kept waiting
WATCHED = ("notebooks", "editions", "data/raw")
PACKAGE = Path(__file__).resolve().parents[1]
_QUIET = 30  # milliseconds without a change before one counts as finished
_LONGEST = 600  # milliseconds for which changes that go on are waited for
_POLL = 0.5  # seconds after which it is seen whether the user wants to end, or another program is done
_NOT_YET = "<!DOCTYPE html><html lang='zh-CN'><meta charset='utf-8'><title>预览</title><p>正在生成……</p></html>"
_DIED = "生成页面的进程意外退出，常见原因是内存不足，或程序源码有误（见终端）；改正或再存一次盘，会重新开始"


class Studio:
    """The process in which pages are made; another one where the source of the package has changed, or it died."""

    def __init__(self) -> None:
        self._stack = ExitStack()
        self._crew = self._stack.enter_context(processes(1))

    def ask(self, work: Callable[[], Answer]) -> Answer:
        """What the process answers."""
        try:
            return self._crew.submit(work).result()
        except BrokenExecutor:
            self.renew()
            return Answer(error=_DIED)

    def renew(self) -> None:
        """Begin anew with the source as it stands now."""
        self.close()
        self._crew = self._stack.enter_context(processes(1))

    def close(self) -> None:
        """Return when the process is gone."""
        self._stack.close()


@dataclass
class Preview:
    """预览 — the last good page of an edition and what is wrong now.

    ``version`` grows when either changes, ``pages`` when there is a new page. ``ask`` hands a piece of work to the
    process that makes pages, ``renew`` begins another.
    """

    root: Path
    edition: str
    ask: Callable[[Callable[[], Answer]], Answer]
    renew: Callable[[], None] = lambda: None
    page: str = _NOT_YET
    error: str = ""
    version: int = 0
    pages: int = 0
    changed: threading.Condition = field(default_factory=threading.Condition)

    def begin(self) -> None:
        """Show the report that is in place, then everything as it stands now."""
        self._tell(Answer(page=self.ask(partial(rehearsing.earlier_page, self.root, self.edition)).page))
        self.refresh(frozenset())

    def refresh(self, paths: frozenset[Path]) -> None:
        """Make the page again after these files were saved, from the text alone where they are nothing else.

        What goes wrong stands beside the last good page.
        """
        if any(path.is_relative_to(PACKAGE) for path in paths):
            self.renew()
        stale = not paths or not all(path.is_relative_to(self.root / TEXTS) for path in paths)
        work = partial(rehearsing.page, self.root, self.edition, stale=stale)
        while (answer := self.ask(work)).held:
            self._tell(answer)
            time.sleep(_POLL)
        self._tell(answer)
        if not answer.error:
            self._tell(self.ask(partial(rehearsing.leftovers, self.root, self.edition)))

    def wait(self, version: int) -> dict[str, Any]:
        """What there is to know once it is newer than ``version``, or after a while."""
        with self.changed:
            self.changed.wait_for(lambda: self.version > version, PATIENCE)
            return {"version": self.version, "page": self.pages, "error": self.error}

    def _tell(self, answer: Answer) -> None:
        page = answer.page or self.page
        with self.changed:
            if (page, answer.error) == (self.page, self.error) and self.version:
                return
            self.pages += page != self.page
            self.page, self.error, self.version = page, answer.error, self.version + 1
            self.changed.notify_all()


class Server(ThreadingHTTPServer):
    """Serves a preview to browsers of this machine, on a free port."""

    daemon_threads = True

    def __init__(self, preview: Preview) -> None:
        super().__init__((LOOPBACK, 0), _Handler)
        self.preview = preview

    @property
    def address(self) -> str:
        """Where the browser finds it."""
        return f"http://{LOOPBACK}:{self.server_port}/"

    @cached_property
    def frame(self) -> str:
        """The page around the report."""
        page = files("tuoyu.front").joinpath("preview.html").read_text(encoding="utf-8")
        return page.replace("{{ edition }}", self.preview.edition)


class _Handler(BaseHTTPRequestHandler):
    server: Server

    def do_GET(self) -> None:
        """Answer with the frame, the report or its state; nothing else is here."""
        asked = urlsplit(self.path)
        if self.headers.get("Host") != f"{LOOPBACK}:{self.server.server_port}":
            # A page from elsewhere could reach us under a name of its own that leads here.
            self._answer(HTTPStatus.FORBIDDEN, "", "text/plain")
        elif asked.path == "/":
            self._answer(HTTPStatus.OK, self.server.frame, "text/html")
        elif asked.path == "/report.html":
            self._answer(HTTPStatus.OK, self.server.preview.page, "text/html")
        elif asked.path == "/state":
            after = parse_qs(asked.query).get("after", ["0"])[0]
            state = self.server.preview.wait(int(after) if after.isdigit() else 0)
            self._answer(HTTPStatus.OK, json.dumps(state, ensure_ascii=False), "application/json")
        else:
            self._answer(HTTPStatus.NOT_FOUND, "", "text/plain")

    def _answer(self, status: HTTPStatus, text: str, kind: str) -> None:
        content = text.encode()
        self.send_response(status)
        self.send_header("Content-Type", f"{kind}; charset=utf-8")
        self.send_header("Content-Length", str(len(content)))
        self.send_header("Cache-Control", "no-store")
        self.end_headers()
        try:
            self.wfile.write(content)
        except (BrokenPipeError, ConnectionResetError):  # the reader has gone
            self.close_connection = True

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the standard library's name
        """Keep the terminal for what the user has to know."""


def watch(root: Path, saved: Callable[[frozenset[Path]], None], stop: threading.Event) -> None:
    """Tell of the files that were saved, added or removed, without what editors leave behind, until ``stop`` is set."""
    from watchfiles import watch as changes

    folders = [*(path for name in WATCHED if (path := root / name).is_dir()), PACKAGE]
    plan, known = root / TABLE_OF_CONTENTS, _stamp(root / TABLE_OF_CONTENTS)
    for found in changes(
        *folders,
        debounce=_LONGEST,
        step=_QUIET,
        rust_timeout=500,
        yield_on_timeout=True,
        stop_event=stop,
        raise_interrupt=False,
    ):
        # A single file is lost sight of when an editor puts another in its place, so it is looked at from time to time.
        before, known = known, _stamp(plan)
        paths = frozenset([*(Path(name) for _, name in found), *([plan] if known != before else [])])
        counting = frozenset(path for path in paths if not any(_is_litter(path, folder) for folder in folders))
        if counting:
            saved(counting)


def _stamp(path: Path) -> tuple[int, int] | None:
    """What tells a file from the one that stood there before; None where there is none just now."""
    try:
        seen = path.stat()
    except OSError:
        return None
    return seen.st_mtime_ns, seen.st_size


def _is_litter(path: Path, folder: Path) -> bool:
    return path.is_relative_to(folder) and is_litter(path, folder)


def serve(root: Path, edition: str, opened: Callable[[str], None]) -> None:
    """Show the preview until it is interrupted; ``opened`` is told the address at which there is something to see."""
    stop, saved = threading.Event(), SimpleQueue[frozenset[Path]]()
    studio = Studio()
    preview = Preview(root, edition, studio.ask, studio.renew)
    with Server(preview) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        watcher = threading.Thread(target=watch, args=(root, saved.put, stop), daemon=True)
        watcher.start()
        try:
            opened(server.address)
            preview.begin()
            while True:
                preview.refresh(_all_of(saved))
        except KeyboardInterrupt:
            pass
        finally:
            stop.set()
            server.shutdown()
            studio.close()
            watcher.join()
            tidy(root, edition)


def _all_of(saved: SimpleQueue[frozenset[Path]]) -> frozenset[Path]:
    """Everything that was saved since it was last asked, as soon as there is anything."""
    paths: frozenset[Path] = frozenset()
    while not paths or not saved.empty():
        try:
            paths |= saved.get(timeout=_POLL)
        except Empty:
            continue
    return paths
