"""The preview: seen on this machine only, made again on saving, and what is wrong stands beside the last good page."""

from __future__ import annotations

import http.client
import json
import os
import threading
import time
from collections.abc import Callable
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from queue import SimpleQueue
from typing import Any
from typing import cast

import pytest
import toy

from tuoyu.front import preview as module
from tuoyu.front import rehearsing
from tuoyu.front.preview import PACKAGE
from tuoyu.front.preview import Preview
from tuoyu.front.preview import Server
from tuoyu.front.preview import Studio
from tuoyu.front.preview import _all_of
from tuoyu.front.preview import watch
from tuoyu.front.rehearsing import Answer
from tuoyu.nouns.errors import ContractError
from tuoyu.workspace.opening import TABLE_OF_CONTENTS

NAME = "toy-2024"
TEXT = "notebooks/report/供给.md"


class Desk:
    """Answers in the place of the process that makes pages, and keeps what it was asked."""

    def __init__(self) -> None:
        self.answers = {"earlier_page": [Answer()], "page": [Answer(page="第一版")], "leftovers": [Answer()]}
        self.asked: list[tuple[str, dict[str, Any]]] = []

    def ask(self, work: Callable[[], Answer]) -> Answer:
        asked = cast("partial[Answer]", work)
        name = asked.func.__name__
        self.asked.append((name, asked.keywords))
        waiting = self.answers[name]
        return waiting.pop(0) if len(waiting) > 1 else waiting[0]

    def renew(self) -> None:
        self.asked.append(("renew", {}))


@pytest.fixture
def desk() -> Desk:
    return Desk()


@pytest.fixture
def preview(tmp_path: Path, desk: Desk) -> Preview:
    return Preview(toy.build(tmp_path), NAME, desk.ask, desk.renew)


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


def save(preview: Preview, path: str = TEXT) -> None:
    preview.refresh(frozenset({preview.root / path}))


def test_report_stands_in_a_frame_on_this_machine_only(server: Server, preview: Preview) -> None:
    preview.begin()
    assert server.server_address[0] == "127.0.0.1"
    assert f"预览 {NAME}" in ask(server, "/")[1]
    assert ask(server, "/report.html") == (200, "第一版")


@pytest.mark.parametrize("path", ["/pipeline.py", "/../pipeline.py", "/data/raw/town/births.csv", "//etc/passwd"])
def test_nothing_else_is_served(server: Server, path: str) -> None:
    assert ask(server, path) == (404, "")


@pytest.mark.parametrize("host", ["evil.example", "127.0.0.1", "localhost:80"])
def test_pages_from_elsewhere_are_refused(server: Server, host: str) -> None:
    assert ask(server, "/report.html", host) == (403, "")


def test_state_waits_for_the_next_change(server: Server, preview: Preview, desk: Desk) -> None:
    preview.begin()
    before = json.loads(ask(server, "/state")[1])
    desk.answers["page"] = [Answer(page="第二版")]
    threading.Timer(0.2, save, [preview]).start()
    started = time.monotonic()
    after = json.loads(ask(server, f"/state?after={before['version']}")[1])
    assert time.monotonic() - started >= 0.1
    assert (after["page"], after["error"]) == (before["page"] + 1, "")


def test_report_in_place_is_shown_until_there_is_a_newer_page(preview: Preview, desk: Desk) -> None:
    desk.answers["earlier_page"] = [Answer(page="上次的报告")]
    desk.answers["page"] = [Answer(error="数据有误")]
    preview.begin()
    assert (preview.page, preview.error) == ("上次的报告", "数据有误")


def test_last_good_page_stays_while_something_is_wrong(server: Server, preview: Preview, desk: Desk) -> None:
    preview.begin()
    pages = preview.pages
    desk.answers["page"] = [Answer(error="notebooks/report/供给.md，第3行：没有“托位总数”")]
    save(preview)
    state = json.loads(ask(server, "/state")[1])
    assert (state["page"], state["error"]) == (pages, "notebooks/report/供给.md，第3行：没有“托位总数”")
    assert ask(server, "/report.html")[1] == "第一版"
    desk.answers["page"] = [Answer(page="第二版")]
    save(preview)
    assert json.loads(ask(server, "/state")[1])["error"] == ""
    assert ask(server, "/report.html")[1] == "第二版"


def test_page_that_comes_out_the_same_is_not_loaded_again(preview: Preview) -> None:
    preview.begin()
    before = preview.wait(0)
    save(preview)
    assert preview.wait(0) == before


@pytest.mark.parametrize(
    ("path", "stale"),
    [
        (TEXT, False),
        ("notebooks/report/用语.toml", False),
        ("notebooks/03_report.ipynb", True),
        ("editions/toy-2024.toml", True),
        ("data/raw/town/births.csv", True),
    ],
)
def test_only_what_is_needed_is_done(preview: Preview, desk: Desk, path: str, stale: bool) -> None:  # noqa: FBT001
    save(preview, path)
    assert desk.asked == [("page", {"stale": stale}), ("leftovers", {})]


def test_source_of_the_package_is_taken_up_by_another_process(preview: Preview, desk: Desk) -> None:
    preview.refresh(frozenset({PACKAGE / "childcare/claims.toml", preview.root / TEXT}))
    assert desk.asked[:2] == [("renew", {}), ("page", {"stale": True})]


def test_another_program_on_the_edition_is_waited_for(
    preview: Preview, desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    told: list[str] = []
    monkeypatch.setattr(module.time, "sleep", lambda _: told.append(preview.error))
    busy = Answer(error="另一个程序正在生成 toy-2024", held=True)
    desk.answers["page"] = [busy, busy, Answer(page="第二版")]
    preview.refresh(frozenset())
    assert told == ["另一个程序正在生成 toy-2024"] * 2
    assert (preview.page, preview.error) == ("第二版", "")


def test_names_of_other_places_are_told_above_the_new_page(preview: Preview, desk: Desk) -> None:
    desk.answers["leftovers"] = [Answer(error="报告里有其他地区的名称")]
    save(preview)
    assert (preview.page, preview.error) == ("第一版", "报告里有其他地区的名称")


def test_what_is_saved_meanwhile_is_taken_together() -> None:
    saved: SimpleQueue[frozenset[Path]] = SimpleQueue()
    for name in ("甲.md", "乙.md", "甲.md"):
        saved.put(frozenset({Path(name)}))
    assert _all_of(saved) == {Path("甲.md"), Path("乙.md")}


def test_saving_is_noticed_and_litter_is_not(tmp_path: Path) -> None:
    root = toy.build(tmp_path, toy.clean_stage())
    stop = threading.Event()
    saved: SimpleQueue[frozenset[Path]] = SimpleQueue()
    watcher = threading.Thread(target=watch, args=(root, saved.put, stop))
    watcher.start()
    try:
        found: set[str] = set()
        for _ in range(50):
            (root / "notebooks/.hidden.md.part").write_text("1", encoding="utf-8")
            (root / "data/raw/town/~$births.xlsx").write_text("1", encoding="utf-8")
            (root / "editions/toy-2024.toml").write_text(toy.EDITION, encoding="utf-8")
            if not saved.empty():
                found |= {path.name for path in saved.get()}
                break
            time.sleep(0.1)
        assert found == {"toy-2024.toml"}
    finally:
        stop.set()
        watcher.join()


def test_another_plan_of_the_stages_is_noticed_though_an_editor_replaces_the_file(tmp_path: Path) -> None:
    root = toy.build(tmp_path, toy.clean_stage())
    stop = threading.Event()
    saved: SimpleQueue[frozenset[Path]] = SimpleQueue()
    watcher = threading.Thread(target=watch, args=(root, saved.put, stop))
    watcher.start()
    try:
        for number in range(2):
            time.sleep(0.1)  # until the watcher has looked for the first time
            (root / "pipeline.new").write_text(f"STAGES = ()  # {number}", encoding="utf-8")
            (root / "pipeline.new").replace(root / TABLE_OF_CONTENTS)
            assert saved.get(timeout=30) == {root / TABLE_OF_CONTENTS}
    finally:
        stop.set()
        watcher.join()


def test_process_that_dies_is_told_and_replaced() -> None:
    studio = Studio()
    try:
        assert "意外退出" in studio.ask(partial(os._exit, 3)).error
        assert studio.ask(partial(Answer, "第一版")).page == "第一版"
    finally:
        studio.close()


def wrong(error: BaseException) -> Callable[[], str]:
    def work() -> str:
        raise error

    return work


def test_what_is_wrong_is_told_in_words_and_faults_of_ours_with_their_traceback(tmp_path: Path) -> None:
    assert rehearsing._told(tmp_path, wrong(ContractError("供给.md 第3行"))) == Answer(error="供给.md 第3行")
    assert "test_preview.py" in rehearsing._told(tmp_path, wrong(ZeroDivisionError("零"))).error
    gone = FileNotFoundError(2, "gone", "供给.md")
    assert rehearsing._told(tmp_path, wrong(gone)).error == "暂时读不到 供给.md，请再存一次盘"
