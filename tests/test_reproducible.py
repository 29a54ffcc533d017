"""Reproducible: the same inputs give the same bytes, wherever, whenever, by whomever and however they are made.

Two clones of the repository are run in surroundings that have nothing in common: folder, user, host, time zone,
language, hash seed, number of processes, kind of kernels. Every file that comes out must be the same.
"""

from __future__ import annotations

import hashlib
import os
import re
import shutil
import socket
import zipfile
from collections.abc import Callable
from dataclasses import replace as replace_in
from datetime import date
from datetime import timedelta
from pathlib import Path

import pandas as pd
import pikepdf
import pytest
from conftest import Made
from conftest import copy_repository
from running import Place

from tuoyu.engine import journal
from tuoyu.engine.manifest import STATE
from tuoyu.front.cli import main
from tuoyu.workspace.opening import load_stages

pytestmark = [pytest.mark.slow, pytest.mark.usefixtures("warmed")]

SHORT, EARLIER = "yulin-2024", "jiangmen-2023-12"
NAMES = (SHORT, EARLIER)
# What a user may have set up, each for other products if it were heard.
SET_UP = {
    ".config/matplotlib/matplotlibrc": "font.size: 22\naxes.grid: True\nsvg.fonttype: none\nlines.linewidth: 9\n",
    ".ipython/profile_default/startup/00.py": "import pandas as pd\npd.set_option('display.max_rows', 2)\nprint(1)\n",
    ".ipython/profile_default/ipython_kernel_config.py": (
        "c.InteractiveShell.ast_node_interactivity = 'all'\nc.IPKernelApp.exec_lines = ['print(78)']\n"
    ),
    ".jupyter/jupyter_config.py": "c.TemplateExporter.exclude_input = True\nc.HTMLExporter.theme = 'dark'\n",
    ".jupyter/jupyter_nbconvert_config.py": "c.NbConvertBase.display_data_priority = ['text/plain']\n",
    ".local/share/jupyter/kernels/python3/kernel.json": '{"argv": ["false"], "display_name": "", "language": ""}',
    ".local/share/pandoc/templates/default.html5": "other $body$",
    ".local/share/pandoc/reference.docx": "no document",
    "bin/pandoc": "#!/bin/sh\necho other\n",
    "bin/typst": "#!/bin/sh\nexit 3\n",
}


def set_up(home: Path) -> dict[str, str]:
    """A home full of settings; the environment that leads to them."""
    for name, text in SET_UP.items():
        path = home / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
        path.chmod(0o755)
    scratch = home / "临时 %x"
    scratch.mkdir()
    return {
        "MATPLOTLIBRC": str(home / ".config/matplotlib/matplotlibrc"),
        "MPLBACKEND": "TkAgg",
        "XDG_CONFIG_HOME": str(home / ".config"),
        "XDG_DATA_HOME": str(home / ".local/share"),
        "IPYTHONDIR": str(home / ".ipython"),
        "JUPYTER_CONFIG_DIR": str(home / ".jupyter"),
        "PATH": os.pathsep.join([str(home / "bin"), os.environ["PATH"]]),
        "TMPDIR": str(scratch),
        "PYTHONOPTIMIZE": "1",
        "SOURCE_DATE_EPOCH": "1",
        "COLUMNS": "33",
    }


def products(root: Path, *names: str) -> dict[str, Path]:
    """Every product of these editions, by name."""
    folders = [root / place / name for name in names for place in ("data/processed", "reports")]
    files = [path for folder in folders for path in sorted(folder.rglob("*")) if path.is_file() and path.name != STATE]
    return {path.relative_to(root).as_posix(): path for path in files}


def digests(root: Path, *names: str) -> dict[str, str]:
    return {name: hashlib.sha256(path.read_bytes()).hexdigest() for name, path in products(root, *names).items()}


@pytest.fixture(scope="module")
def places(all_made: Made, tmp_path_factory: pytest.TempPathFactory) -> tuple[Place, Place]:
    """Two clones, each with both editions made in its own way."""
    base = tmp_path_factory.mktemp("places")
    other = Place(
        copy_repository(base / "另一处 {2024} $HOME"),
        base / "home-of-another",
        "user-of-the-second",
        "host-of-the-second",
        {
            "LC_ALL": "C",
            "LANG": "C",
            **set_up(base / "home-of-another"),
            "TZ": "America/Los_Angeles",
            "PYTHONHASHSEED": "4242",
            "TUOYU_KERNELS": "ordinary",
        },
        umask=0o077,
    )
    done = other.run("run", *NAMES, "--force", "--jobs", "1")
    assert done.returncode == 0, done.stderr
    found = (all_made.place, other)
    for place in found:
        assert journal.entries(place.root, SHORT)[-1]["host"] == place.host
    return found


@pytest.fixture
def site(all_made: Made, tmp_path: Path) -> Place:
    """A copy of the first place, to be changed."""
    return replace_in(all_made.place, root=Path(shutil.copytree(all_made.place.root, tmp_path / "site")))


def test_two_places_give_the_same_bytes(places: tuple[Place, Place]) -> None:
    first, second = (digests(place.root, *NAMES) for place in places)
    for name in NAMES:
        made = {Path(one).name for one in first if f"/{name}/" in one}
        assert made >= {"report.html", "report.pdf", "report.ipynb", "facts.json", "observations.parquet"}
        assert made >= {"manifest.json", "01_clean.ipynb", "01_clean.html"}
        assert any(one.endswith(".svg") for one in first if f"/{name}/figures/" in one)
    assert first == second


def contents(path: Path) -> str:
    """All that a product says, unpacked."""
    content = path.read_bytes()
    if path.suffix == ".parquet":
        table = pd.read_parquet(path)
        return content.decode("latin-1") + table.to_csv()
    if path.suffix == ".pdf":
        with pikepdf.open(path) as document:
            streams = [one for one in document.objects if isinstance(one, pikepdf.Stream)]
            unpacked = [str(document.docinfo), *(unpack(one) for one in streams)]
        return content.decode("latin-1") + "\n".join(unpacked)
    if path.suffix in {".docx", ".xlsx"}:
        with zipfile.ZipFile(path) as parts:
            unpacked = [parts.read(one).decode("latin-1") for one in parts.namelist()]
        return content.decode("latin-1") + "\n".join(unpacked)
    return content.decode("utf-8")


def unpack(stream: pikepdf.Stream) -> str:
    try:
        return stream.read_bytes().decode("latin-1")
    except pikepdf.PdfError:
        return ""


def test_nothing_is_left_in_the_folder_for_temporary_files(places: tuple[Place, Place]) -> None:
    assert list(Path(places[1].surroundings["TMPDIR"]).iterdir()) == []


def test_no_product_tells_where_or_by_whom_it_was_made(places: tuple[Place, Place]) -> None:
    here = [secret for place in places for secret in place.secrets]
    here += [name for name in (socket.gethostname(),) if len(name) > 4]
    for name, path in products(places[1].root, *NAMES).items():
        said = contents(path)
        assert [secret for secret in here if secret in said] == [], name


def test_no_product_tells_when_it_was_made(places: tuple[Place, Place]) -> None:
    """Days are looked for in every way of writing them, but for those that raw files name; so are the minutes."""
    today = date.today()  # noqa: DTZ011 - the day of the machine is what must not show
    days = [today + timedelta(days=shift) for shift in (-1, 0, 1)]
    root = places[1].root
    given = "\n".join(path.read_text("utf-8", "replace") for path in (root / "data/raw").rglob("*.toml"))
    written = [form for day in days if f"{day}" not in given for form in forms_of(day)]
    runs = [entry for name in NAMES for place in places for entry in journal.entries(place.root, name)]
    minutes = {entry["time"].split(":")[1] for entry in runs}
    for name, path in products(root, *NAMES).items():
        said = contents(path)
        assert [form for form in written if form in said] == [], name
        clocks = re.findall(r"\b(?:[01]\d|2[0-3]):([0-5]\d):[0-5]\d\b", said) if path.suffix != ".pdf" else []
        assert not minutes & set(clocks), name


def forms_of(day: date) -> list[str]:
    return [f"{day}", f"{day:%Y%m%d}", f"{day.year}年{day.month}月{day.day}日", f"{day:%Y/%m/%d}", f"{day:%d/%m/%Y}"]


def change_much(root: Path) -> None:
    """Changes of many kinds, one after another: of words, code, parameters, raw files, with and without effect."""
    replace(root / f"editions/{SHORT}.toml", 'demand_rate = "30%"', 'demand_rate = "25%"')
    replace(root / f"editions/{SHORT}.toml", "[targets]", "# 目标\n[targets]")
    replace(root / "notebooks/01_clean.ipynb", "不猜、不丢", "不猜不丢")
    replace(root / "notebooks/01_clean.ipynb", "len(cleaned.observations)", "0 + len(cleaned.observations)")
    replace(root / "notebooks/report/简报-引言.md", "简报只记述，", "简报只记述（试改），")
    replace(root / "tuoyu/childcare/charts.py", "def births", "# 图\ndef births")
    replace(root / "data/raw/yulin/公开数据摘录.csv.source.toml", "[reading]", "# 读法\n[reading]")


def replace(path: Path, old: str, new: str) -> None:
    content = path.read_bytes()
    assert old.encode() in content
    path.write_bytes(content.replace(old.encode(), new.encode(), 1))


def test_step_by_step_leads_to_the_same_bytes_as_all_at_once(site: Place) -> None:
    """What was carried over, restored or rendered again cannot be told from what was made anew."""
    before = digests(site.root, SHORT)
    change_much(site.root)
    assert site.run("run", SHORT).returncode == 0
    step_by_step = digests(site.root, SHORT)
    assert step_by_step != before
    assert site.run("run", SHORT, "--force").returncode == 0
    assert digests(site.root, SHORT) == step_by_step


Say = Callable[..., tuple[int, str]]


@pytest.fixture
def say(site: Place, capsys: pytest.CaptureFixture[str]) -> Say:
    """A command line on the copy, in this process: exit code, and what was said but for the progress."""

    def command(*words: str) -> tuple[int, str]:
        code = main(load_stages(site.root), root=site.root, arguments=[*words])
        said = capsys.readouterr()
        return code, said.out + "".join(line for line in said.err.splitlines(keepends=True) if "秒）" not in line)

    return command


def test_sound_edition_is_verified_and_left_as_it_was(site: Place, say: Say) -> None:
    before = digests(site.root, SHORT)
    code, said = say("verify", SHORT)
    assert code == 0, said
    assert f"{SHORT}：全部成果与清单逐字节相同" in said
    assert "改动" not in said
    assert digests(site.root, SHORT) == before


def test_altered_product_is_named_with_the_time_of_the_run_that_made_it(site: Place, say: Say) -> None:
    (altered,) = [path for path in products(site.root, SHORT).values() if path.name == "facts.json"]
    altered.write_bytes(altered.read_bytes() + b" ")
    (site.root / f"reports/{SHORT}/说明.txt").write_text("不是成果", encoding="utf-8")
    code, said = say("verify", SHORT)
    assert code == 1
    run = next(entry for entry in reversed(journal.entries(site.root, SHORT)) if entry["result"] == "完成")
    since = f"（上次生成于 {run['time']}，主机 {site.host}）"
    lines = said.splitlines()
    assert f"  改动　data/processed/{SHORT}/facts.json 与清单不符：生成以后被改动、增加或移走{since}" in lines
    assert f"  改动　reports/{SHORT}/说明.txt 与清单不符：生成以后被改动、增加或移走{since}" in lines
    assert [line for line in lines if line.startswith("  ")] == lines[:2]
    assert lines[-1] == f"{SHORT}：有成果与清单不同，见上"


def test_changed_input_and_parameter_are_named_as_causes(site: Place, say: Say) -> None:
    before = digests(site.root, SHORT)
    table = "data/raw/yulin/公开数据摘录.csv"
    for entry in (table, "data/raw/yulin/二次录入.csv"):
        replace(site.root / entry, "36304人", "36305人")
    assert say("accept", SHORT)[0] == 0
    replace(site.root / f"editions/{SHORT}.toml", 'demand_rate = "30%"', 'demand_rate = "25%"')
    code, said = say("verify", SHORT)
    assert code == 1
    assert f"  不同　data/processed/{SHORT}/observations.parquet 重新生成的结果与清单不同" in said
    assert f"  不同　reports/{SHORT}/report.html 重新生成的结果与清单不同" in said
    assert f"  变化　输入 {table}：" in said
    assert "  变化　参数 assumptions.demand_rate：30%→25%" in said
    assert "  改动　" not in said
    assert digests(site.root, SHORT) == before


@pytest.mark.parametrize("damage", ["", "[]", "{}", '{"inputs": 1}'])
def test_damaged_manifest_is_told_without_a_traceback(site: Place, say: Say, damage: str) -> None:
    manifest = site.root / f"reports/{SHORT}/manifest.json"
    whole = manifest.read_bytes()
    manifest.write_text(damage, encoding="utf-8")
    code, said = say("verify", SHORT)
    assert code == 1
    assert f"{SHORT} 的清单 manifest.json 已损坏，无法核对" in said
    assert "Traceback" not in said
    assert say("run", SHORT)[0] == 0
    assert manifest.read_bytes() == whole
