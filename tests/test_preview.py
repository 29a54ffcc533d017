"""The preview: seen on this machine only, made again on saving, and what is wrong stands beside the last good page."""

from __future__ import annotations

import http.client
import json
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
import toy

from tuoyu.front import preview as module
from tuoyu.front.making import Outcome
from tuoyu.front.preview import Preview
from tuoyu.front.preview import Server
from tuoyu.front.preview import changes
from tuoyu.nouns.errors import ContractError

NAME = "toy-2024"


@pytest.fixture
def preview(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Preview:
    """One of the toy edition, whose page and runs are put in by the test."""
    monkeypatch.setattr(module, "make", lambda *_: Outcome(NAME, "未变", 0.0))
    monkeypatch.setattr(Preview, "_made", lambda _: "第一版")
    return Preview(toy.build(tmp_path), (toy.clean_stage(),), NAME)


@pytest.fixture
def server(preview: Preview) -> Iterator[Server]:
    with Server(preview) as serving:
        threading.Thread(target=serving.serve_forever, daemon=True).start()
        yield serving
        serving.shutdown()


def ask(server: Server, path: str, host: str = "") -> tuple[int, str]:
    connection = http.client.HTTPConnection("127.0.0.1", server.server_port, timeout=10)
    connection.request("GET", path, headers={"Host": host or f"127.0.0.1:{server.server_port}"})
    answer = connection.getresponse()
    text = answer.read().decode()
    connection.close()
    return answer.status, text


def test_report_stands_in_a_frame_on_this_machine_only(server: Server, preview: Preview) -> None:
    preview.refresh()
    assert server.server_address[0] == "127.0.0.1"
    assert f"预览 {NAME}" in ask(server, "/")[1]
    assert ask(server, "/report.html") == (200, "第一版")


@pytest.mark.parametrize("path", ["/pipeline.py", "/../pipeline.py", "/data/raw/town/births.csv", "//etc/passwd"])
def test_nothing_else_is_served(server: Server, path: str) -> None:
    assert ask(server, path) == (404, "")


@pytest.mark.parametrize("host", ["evil.example", "127.0.0.1", "localhost:80"])
def test_pages_from_elsewhere_are_refused(server: Server, host: str) -> None:
    assert ask(server, "/report.html", host) == (403, "")


def test_state_waits_for_the_next_change(server: Server, preview: Preview) -> None:
    preview.refresh()
    threading.Timer(0.2, preview.refresh).start()
    started = time.monotonic()
    assert json.loads(ask(server, "/state?after=1")[1]) == {"version": 2, "error": ""}
    assert time.monotonic() - started >= 0.1


def test_last_good_page_stays_while_something_is_wrong(
    server: Server, preview: Preview, monkeypatch: pytest.MonkeyPatch
) -> None:
    preview.refresh()

    def wrong(_: Preview) -> str:
        msg = "notebooks/report/供给.md，第3行：没有“托位总数”"
        raise ContractError(msg)

    monkeypatch.setattr(Preview, "_made", wrong)
    preview.refresh(frozenset({preview.root / "notebooks/report/供给.md"}))
    state = json.loads(ask(server, "/state?after=1")[1])
    assert state["error"] == "notebooks/report/供给.md，第3行：没有“托位总数”"
    assert ask(server, "/report.html")[1] == "第一版"
    monkeypatch.setattr(Preview, "_made", lambda _: "第二版")
    preview.refresh(frozenset({preview.root / "notebooks/report/供给.md"}))
    assert json.loads(ask(server, "/state?after=2")[1])["error"] == ""
    assert ask(server, "/report.html")[1] == "第二版"


@pytest.mark.parametrize(
    ("path", "runs"),
    [
        ("notebooks/report/供给.md", 0),
        ("notebooks/report/用语.toml", 0),
        ("notebooks/03_report.ipynb", 1),
        ("editions/toy-2024.toml", 1),
        ("data/raw/town/births.csv", 1),
    ],
)
def test_only_what_is_needed_is_done(preview: Preview, monkeypatch: pytest.MonkeyPatch, path: str, runs: int) -> None:
    asked = []

    def make(*_: object) -> Outcome:
        asked.append(path)
        return Outcome(NAME, "完成", 0.0)

    monkeypatch.setattr(module, "make", make)
    preview.refresh(frozenset({preview.root / path}))
    assert len(asked) == runs


def test_failed_run_is_told(preview: Preview, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "make", lambda *_: Outcome(NAME, "失败", 0.0, 4, "数据有误"))
    preview.refresh()
    assert preview.wait(0) == {"version": 1, "error": "数据有误"}


def test_saving_is_noticed_and_litter_is_not(tmp_path: Path) -> None:
    root = toy.build(tmp_path, toy.clean_stage())
    stop = threading.Event()
    found = changes(root, stop)

    def save() -> None:
        for _ in range(50):
            (root / "notebooks/.hidden.md.part").write_text("1", encoding="utf-8")
            (root / "editions/toy-2024.toml").write_text(toy.EDITION, encoding="utf-8")
            if stop.wait(0.1):
                return

    writer = threading.Thread(target=save)
    writer.start()
    try:
        assert {path.name for path in next(found)} == {"toy-2024.toml"}
    finally:
        stop.set()
        writer.join()
        found.close()  # type: ignore[attr-defined]
