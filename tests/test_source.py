"""Raw files: each is the file that was received, and has papers."""

from __future__ import annotations

import re
from collections import Counter
from pathlib import Path

import pytest
import toy
from handmade_secrets import SECRETS

from tuoyu.nouns.errors import DataError
from tuoyu.nouns.forms import parse_form
from tuoyu.workspace.editions import load_edition
from tuoyu.workspace.raw import accept_files
from tuoyu.workspace.raw import check_sources
from tuoyu.workspace.raw import digest
from tuoyu.workspace.raw import load_raw


@pytest.fixture
def root(tmp_path: Path) -> Path:
    return toy.build(tmp_path)


def texts(root: Path) -> list[str]:
    return [finding.text for finding in check_sources(root, load_edition(root, "toy-2024"))]


def test_sound_files_give_no_finding(root: Path) -> None:
    assert texts(root) == []


def test_raw_files_come_with_bytes_and_sidecar_in_order(root: Path) -> None:
    toy.add_raw(root / "data" / "raw" / "town" / "人口.CSV", "a\n")
    files = load_raw(root, load_edition(root, "toy-2024"))
    assert [(file.path, file.place, file.suffix) for file in files] == [
        ("data/raw/town/births.csv", "town", ".csv"),
        ("data/raw/town/人口.CSV", "town", ".csv"),
        ("data/raw/nation/births.csv", "nation", ".csv"),
    ]
    assert files[0].content == toy.BIRTHS.encode()
    assert files[0].source.producer == "测试统计局"


def test_missing_sidecar_says_what_to_write(root: Path) -> None:
    path = root / "data" / "raw" / "town" / "births.csv"
    path.with_name("births.csv.source.toml").unlink()
    (text,) = texts(root)
    assert text.startswith("data/raw/town/births.csv：缺少来源说明→ 在同一文件夹新建 births.csv.source.toml")
    assert f'sha256 = "{digest(path.read_bytes())}"' in text
    assert "producer（发布单位）" in text


def test_altered_file_shows_both_digests(root: Path) -> None:
    path = root / "data" / "raw" / "town" / "births.csv"
    before = digest(path.read_bytes())
    path.write_text("改过\n", encoding="utf-8")
    (text,) = texts(root)
    assert before in text
    assert digest(path.read_bytes()) in text
    assert "请换回收到时的文件" in text


def test_missing_file_is_known_by_its_sidecar(root: Path) -> None:
    (root / "data" / "raw" / "town" / "births.csv").unlink()
    message = "\n".join(texts(root))
    assert "data/raw/town/births.csv：有来源说明，但文件不在" in message
    assert "data/raw/town：没有任何数据文件" in message


def test_renamed_file_is_recognised_by_its_content(root: Path) -> None:
    path = root / "data" / "raw" / "town" / "births.csv"
    path.rename(path.with_name("births(1).csv"))
    message = "\n".join(texts(root))
    assert "births(1).csv：缺少来源说明" not in message
    assert "文件似已改名为 births(1).csv：改回 births.csv，或把来源说明改名为 births(1).csv.source.toml" in message


def test_every_fault_of_a_sidecar_is_listed(root: Path) -> None:
    path = root / "data" / "raw" / "town" / "births.csv.source.toml"
    text = path.read_text(encoding="utf-8")
    path.write_text(text.replace("producer", "producr").replace("2024-09-01", '"九月"'), encoding="utf-8")
    message = "\n".join(texts(root))
    assert "不认识的键 producr，是不是 producer？" in message
    assert "缺少 producer（发布单位）" in message
    assert "accessed：应为日期" in message


def test_unreadable_city_file_is_a_finding(root: Path) -> None:
    (root / "data" / "raw" / "town" / "city.toml").write_text("name =\n", encoding="utf-8")
    (text,) = texts(root)
    assert text.startswith("data/raw/town/city.toml：第1行")


def test_city_without_city_file_is_a_finding(root: Path) -> None:
    (root / "data" / "raw" / "town" / "city.toml").unlink()
    assert texts(root) == ["data/raw/town/city.toml：缺少城市信息文件→ 照其他城市的 city.toml 写一份"]


def test_what_office_and_desktops_leave_behind_is_no_raw_file(root: Path) -> None:
    for name in ("~$births.xlsx", "births.csv~", ".DS_Store", "Thumbs.db", "desktop.ini"):
        (root / "data" / "raw" / "town" / name).write_bytes(b"litter")
    assert texts(root) == []


@pytest.mark.parametrize("secret", [one for one in SECRETS if not set(one) & set(':"\\\u200b')])
def test_file_that_is_named_after_somebody_is_refused_without_saying_the_name(root: Path, secret: str) -> None:
    path = root / "data" / "raw" / "town" / "births.csv"
    for suffix in ("", ".source.toml"):
        path.with_name(f"births.csv{suffix}").rename(path.with_name(f"births（{secret}）.csv{suffix}"))
    (text,) = texts(root)
    assert "文件名里有电话、证件号一类的个人信息" in text
    assert secret not in text


@pytest.mark.parametrize("key", ["producer", "title", "locator", "basis"])
def test_sidecar_that_tells_of_somebody_is_refused_without_repeating_it(root: Path, key: str) -> None:
    path = root / "data" / "raw" / "town" / "births.csv.source.toml"
    text = re.sub(f'(?m)^{key} = ".*"', f'{key} = "由张三（13800138027）发来"', path.read_text("utf-8"))
    path.write_text(text, "utf-8")
    (text,) = texts(root)
    assert text.startswith(f"data/raw/town/births.csv.source.toml：{key} 里有电话、证件号、账号一类的个人信息")
    assert "张三" not in text
    assert "13800138027" not in text


def test_unfit_files_are_not_loaded(root: Path) -> None:
    (root / "data" / "raw" / "town" / "births.csv").write_text("改过\n", encoding="utf-8")
    with pytest.raises(DataError, match="原始数据有 1 处问题") as caught:
        load_raw(root, load_edition(root, "toy-2024"))
    assert caught.value.exit_code == 4


def test_digest_between_single_quotes_is_entered_too(root: Path) -> None:
    path = root / "data" / "raw" / "town" / "births.csv"
    paper = path.with_name("births.csv.source.toml")
    paper.write_text(paper.read_text("utf-8").replace(f'"{digest(path.read_bytes())}"', "'0'"), "utf-8")
    assert accept_files(root, "town") == [path]
    assert texts(root) == []


def test_file_is_read_once_so_that_the_bytes_handed_on_are_those_of_the_digest(
    root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    read = Counter[str]()
    whole = Path.read_bytes

    def counted(path: Path) -> bytes:
        read[path.name] += 1
        return whole(path)

    monkeypatch.setattr(Path, "read_bytes", counted)
    files = load_raw(root, load_edition(root, "toy-2024"))
    assert [digest(file.content) for file in files] == [file.source.sha256 for file in files]
    assert read["births.csv"] == len(files)
    assert read["births.csv.source.toml"] == len(files)


@pytest.mark.parametrize("name", ["人" * 80 + ".csv", b"\xc8\xcb\xbf\xda.csv".decode("utf-8", "surrogateescape")])
def test_name_that_cannot_be_kept_or_shown_is_told(root: Path, name: str) -> None:
    try:
        (root / "data" / "raw" / "town" / name).write_bytes(b"a\n")
    except OSError:
        pytest.skip("this file system has no such names")
    (text,) = texts(root)
    assert text.encode().decode().startswith("data/raw/town/人")
    assert "文件名" in text


def test_file_that_may_not_be_read_is_told(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    whole = Path.read_bytes

    def refused(path: Path) -> bytes:
        if path.name == "births.csv":
            raise PermissionError
        return whole(path)

    monkeypatch.setattr(Path, "read_bytes", refused)
    assert all("births.csv：文件或来源说明无法打开（没有读取权限" in text for text in texts(root))
    with pytest.raises(DataError):
        load_raw(root, load_edition(root, "toy-2024"))


def test_form_that_is_nested_without_end_is_told(root: Path) -> None:
    (root / "data" / "raw" / "town" / "city.toml").write_text("name = " + "[" * 2_000, "utf-8")
    assert any("city.toml：方括号套得过深" in text for text in texts(root))


def test_what_one_reader_does_to_a_form_is_not_seen_by_the_next() -> None:
    content = b'title = "a"\nsheets = [1, 2]\n'
    first = parse_form(content)
    first["sheets"].append(3)
    first["title"] = "b"
    assert parse_form(content) == {"title": "a", "sheets": [1, 2]}
