"""The preview (预览): the report in a browser, made again whenever a file of it is saved.

Belongs here: watching, serving on this machine only, and what is made again after which change. The report stands in a
frame of a page of ours, so that it is the very page that readers get; what is wrong stands above it.
"""

from __future__ import annotations

import json
import threading
from dataclasses import dataclass
from dataclasses import field
from functools import cached_property
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler
from http.server import ThreadingHTTPServer
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING
from typing import Any
from urllib.parse import parse_qs
from urllib.parse import urlsplit

from tuoyu.engine.cache import EXECUTED
from tuoyu.engine.host import complaint
from tuoyu.engine.notebook import read_notebook
from tuoyu.front.making import Order
from tuoyu.front.making import make
from tuoyu.front.publication import REPORT_FILES
from tuoyu.front.publication import compose
from tuoyu.front.publication import facts_at
from tuoyu.nouns.errors import TuoyuError
from tuoyu.workspace.raw import is_litter
from tuoyu.workspace.texts import FOLDER as TEXTS

if TYPE_CHECKING:
    from collections.abc import Callable
    from collections.abc import Iterator

    from tuoyu.engine.runner import Step
    from tuoyu.nouns.stage import Stage

LOOPBACK = "127.0.0.1"
PATIENCE = 20.0  # seconds for which a question of the browser is kept waiting
WATCHED = ("notebooks", "editions", "data/raw")
_QUIET = 60  # milliseconds without a change before one counts as finished
_NOT_YET = "<!DOCTYPE html><html lang='zh-CN'><meta charset='utf-8'><title>预览</title><p>正在生成……</p></html>"


@dataclass
class Preview:
    """预览 — the last good page of an edition, what is wrong now, and a number that grows when either changes."""

    root: Path
    stages: tuple[Stage, ...]
    edition: str
    report: Callable[[Step], None] = lambda _: None
    page: str = _NOT_YET
    error: str = ""
    version: int = 0
    changed: threading.Condition = field(default_factory=threading.Condition)

    def __post_init__(self) -> None:
        made = self.root / "reports" / self.edition / REPORT_FILES[0]
        if made.is_file():  # to begin with
            self.page = made.read_text(encoding="utf-8")

    def refresh(self, paths: frozenset[Path] | None = None) -> None:
        """Make the page again after these files were saved: from the text alone, or by a run where more has changed.

        Without ``paths`` everything that is stale is made first. What goes wrong stands beside the last good page.
        """
        try:
            if paths is None or not all(path.is_relative_to(self.root / TEXTS) for path in paths):
                outcome = make(self.root, self.edition, Order("run"), self.report)
                if outcome.code:
                    self._tell(error=outcome.said)
                    return
            self._tell(page=self._made())
        except TuoyuError as error:
            self._tell(error=str(error))
        except OSError as error:  # a file that is being replaced just now; the next change comes at once
            self._tell(error=complaint(error, self.root) or f"暂时读不到 {error.filename}，请再存一次盘")

    def wait(self, version: int) -> dict[str, Any]:
        """What there is to know once it is newer than ``version``, or after a while."""
        with self.changed:
            self.changed.wait_for(lambda: self.version > version, PATIENCE)
            return {"version": self.version, "error": self.error}

    def _made(self) -> str:
        from tuoyu.render.html import to_html

        processed = self.root / "data" / "processed" / self.edition
        facts = facts_at(processed / "facts.json")
        executed = read_notebook(processed / EXECUTED / self.stages[-1].notebook)
        return to_html(compose(self.root, facts, executed))

    def _tell(self, *, page: str = "", error: str = "") -> None:
        with self.changed:
            self.page, self.error, self.version = page or self.page, error, self.version + 1
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


def changes(root: Path, stop: threading.Event) -> Iterator[frozenset[Path]]:
    """The files that were saved, added or removed, each time there are any, without what editors leave behind."""
    from watchfiles import watch

    folders = [root / name for name in WATCHED if (root / name).is_dir()]
    for found in watch(*folders, debounce=_QUIET * 10, step=_QUIET, rust_timeout=500, stop_event=stop):
        paths = frozenset(path for _, name in found if not is_litter(path := Path(name), root))
        if paths:
            yield paths


def serve(preview: Preview, opened: Callable[[str], None]) -> None:
    """Show the preview until it is interrupted; ``opened`` is told the address once there is something to see."""
    stop = threading.Event()
    with Server(preview) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        opened(server.address)
        preview.refresh()
        try:
            for paths in changes(preview.root, stop):
                preview.refresh(paths)
        except KeyboardInterrupt:
            pass
        finally:
            stop.set()
            server.shutdown()
