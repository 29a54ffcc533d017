"""The way through Quarto: a folder that it can set, and what is said where it cannot."""

from __future__ import annotations

import json
import re
import sys
from pathlib import Path
from typing import Any

import nbformat
import pypandoc
import pytest
import toy
import typst
import yaml
from conftest import document_of
from toy_report import FACTS
from toy_report import TEXTS
from toy_report import executed

from tuoyu.front import quarto
from tuoyu.front.cli import main
from tuoyu.render.fonts import found
from tuoyu.render.pdf import STANDARDS
from tuoyu.render.pdf import to_typst
from tuoyu.render.pdf import typeset
from tuoyu.render.quarto import FOLDER
from tuoyu.render.quarto import NOTEBOOK
from tuoyu.render.quarto import project
from tuoyu.render.tree import READER
from tuoyu.text.document import assemble
from tuoyu.workspace.opening import load_stages

SHORT, TOY = "shenzhen-2024", "toy-2024"
DOCUMENT = assemble(TEXTS.sections, executed("fig-a", "tab-b"), FACTS)
FILES = project(DOCUMENT)
EXTENSION = yaml.safe_load(FILES[f"{FOLDER}/_extension.yml"])["contributes"]["formats"]
OUTPUT = re.compile(r"report_files/([\w-]+)-output-1\.svg")


def cells(files: dict[str, bytes]) -> list[nbformat.NotebookNode]:
    return list(nbformat.reads(files[NOTEBOOK].decode(), 4).cells)


def handed_over(files: dict[str, bytes]) -> str:
    """The notebook as Quarto hands its cells to pandoc: outputs in ``.cell``, scalars as attributes."""
    parts = []
    for cell in cells(files):
        if cell.cell_type != "code":
            parts.append(cell.source)
            continue
        known, (output,) = cell.metadata, cell.outputs
        extra = " ".join(f'{key}="{known[key]}"' for key in ("note", "widths", "long") if key in known)
        if "fig-cap" in known:
            begin = f"#cell-{known['label']} .cell {extra}"
            path = f"report_files/{known['label']}-output-1.svg"
            shown = f'![{known["fig-cap"]}]({path}){{#{known["label"]} fig-alt="{known["fig-alt"]}"}}'
        else:
            begin = f'#{known["label"]} .cell {extra} tbl-cap="{known["tbl-cap"]}"'
            shown = output.data["text/markdown"]
        parts.append(f":::: {{{begin}}}\n::: {{.cell-output .cell-output-display}}\n{shown}\n:::\n::::")
    return "\n\n".join(parts)


def through_pandoc(files: dict[str, bytes], kind: str, folder: Path) -> str:
    """What pandoc makes of it by the reader and the filters of the extension."""
    paths = []
    for name in (one["path"] for one in EXTENSION[kind]["filters"]):
        stub = f'local quarto = {{ doc = {{ is_format = function(name) return name == "{kind}" end }} }}\n'
        paths.append(folder / name)
        paths[-1].write_text(stub + files[f"{FOLDER}/{name}"].decode(), encoding="utf-8")
    to, options = ("typst" if kind == "typst" else "html5"), [f"--lua-filter={path}" for path in paths]
    text, reader = handed_over(files), EXTENSION["common"]["from"]
    return str(pypandoc.convert_text(text, to, format=reader, extra_args=["--wrap=none", *options]))


def test_folder_has_all_that_quarto_needs() -> None:
    extension = {
        f"{FOLDER}/{name}" for name in ("_extension.yml", "page.typ", "gongwen.typ", "quarto.lua", "typst.lua")
    }
    assert FILES.keys() == {NOTEBOOK, "_quarto.yml", "about.json", "fonts.json", *extension}
    assert json.loads(FILES["about.json"])["title"] == "测试报告"
    assert json.loads(FILES["fonts.json"])["fang"]
    named = [one["path"] for kind in ("typst", "html") for one in EXTENSION[kind]["filters"]]
    assert all(f"{FOLDER}/{name}" in FILES for name in [*named, EXTENSION["typst"]["template"]])
    assert EXTENSION["typst"]["pdf-standard"] == STANDARDS
    assert EXTENSION["common"]["execute"] == {"enabled": False}
    assert project(DOCUMENT) == FILES


def test_cells_carry_scalars_and_one_content_each() -> None:
    made = cells(FILES)
    front = yaml.safe_load(made[0].source.strip("-\n"))
    assert (front["title"], front["lang"], front["execute"]) == ("测试报告", "zh", {"enabled": False})
    exhibits = {cell.metadata["label"]: cell for cell in made if cell.cell_type == "code"}
    assert exhibits.keys() == {"fig-a", "tbl-b", "tbl-tasks"}
    figure, table = exhibits["fig-a"], exhibits["tbl-b"]
    assert dict(figure.metadata) == {
        "label": "fig-a",
        "fig-cap": "标题fig-a",
        "fig-alt": "柱状图",
        "note": "数据来源：测试。",
        "echo": False,
    }
    assert dict(table.metadata) == {
        "label": "tbl-b",
        "tbl-cap": "标题tab-b",
        "note": "数据来源：测试。",
        "widths": "1,1.5",
        "long": "false",
        "echo": False,
    }
    assert [list(cell.outputs[0].data) for cell in (figure, table)] == [["image/svg+xml"], ["text/markdown"]]
    assert all(cell.metadata == {} for cell in made if cell.cell_type != "code")
    stored = json.loads(FILES[NOTEBOOK])["cells"]
    assert all(isinstance(cell["source"], list) for cell in stored)  # Quarto loses the line breaks of one string


def test_title_and_captions_are_left_to_quarto_and_references_lead_to_its_labels() -> None:
    text = "\n\n".join(cell.source for cell in cells(FILES) if cell.cell_type == "markdown")
    assert "测试报告" not in text
    assert "图1　标题" not in text
    labels = {cell.metadata["label"] for cell in cells(FILES) if cell.cell_type == "code"}
    anchors = set(re.findall(r"\{#([\w-]+)", text))
    assert set(re.findall(r"\]\(#([^)]+)\)", text)) <= labels | anchors
    assert "annex-1" in anchors


@pytest.mark.parametrize("name", ["", SHORT])
def test_typst_source_through_quarto_is_the_product_s(name: str, tmp_path: Path) -> None:
    document = document_of(name) if name else DOCUMENT
    theirs = through_pandoc(project(document), "typst", tmp_path)
    assert OUTPUT.sub(r"\1.svg", theirs) == to_typst(document).text


def test_template_without_inputs_sets_the_same_bytes(tmp_path: Path) -> None:
    source = to_typst(document_of(SHORT))
    files = project(document_of(SHORT))
    for name in ("about.json", "fonts.json"):
        (tmp_path / name).write_bytes(files[name])
    (tmp_path / "gongwen.typ").write_bytes(files[f"{FOLDER}/gongwen.typ"])
    for name, svg in source.figures.items():
        (tmp_path / name).write_text(svg, encoding="utf-8")
    page = files[f"{FOLDER}/page.typ"].decode().replace("$body$", source.text)
    (tmp_path / "report.typ").write_text(page, encoding="utf-8")
    made = typst.compile(str(tmp_path / "report.typ"), font_paths=found(), pdf_standards=[*STANDARDS])
    assert made == typeset(source)


def test_page_through_quarto_has_notes_behind_its_figures(tmp_path: Path) -> None:
    page = through_pandoc(FILES, "html", tmp_path)
    assert page.count('<div class="note">') == 2
    assert 'data-note="' not in page
    assert page.index("标题fig-a") < page.index("数据来源：测试。") < page.index('id="tbl-b"')


def test_text_is_read_as_the_product_reads_it() -> None:
    """Quarto's Markdown knows more signs than ours; none of the report may mean something to it."""
    text = "\n\n".join(cell.source for cell in cells(project(document_of(SHORT))) if cell.cell_type == "markdown")
    ours, theirs = (pypandoc.convert_text(text, "json", format=one) for one in (READER, EXTENSION["common"]["from"]))
    assert json.loads(ours)["blocks"] == json.loads(theirs)["blocks"]


FAKE = """#!{python}
import pathlib, sys, os
if sys.argv[1:] == ["--version"]:
    print({version!r})
    raise SystemExit
pathlib.Path("asked").open("a").write(" ".join(sys.argv[1:]) + "\\n")
pathlib.Path("fonts").write_text(os.environ["TYPST_FONT_PATHS"])
if {failing}:
    print("ERROR: 排版失败")
    raise SystemExit(1)
pathlib.Path("report.pdf" if sys.argv[-1] == "tuoyu-typst" else "report.html").write_text("made")
"""


@pytest.fixture
def fake(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Any:  # noqa: ANN401 - a function with defaults
    """Puts a program on PATH that answers as Quarto would."""
    monkeypatch.setenv("PATH", str(tmp_path / "bin"))

    def put(version: str = "1.10.18", *, failing: bool = False) -> None:
        path = tmp_path / "bin/quarto"
        path.parent.mkdir(exist_ok=True)
        path.write_text(FAKE.format(python=sys.executable, version=version, failing=failing), encoding="utf-8")
        path.chmod(0o755)

    return put


@pytest.fixture
def site(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A repository whose edition lies there as the last run left it."""
    monkeypatch.setattr("tuoyu.front.publication.document_in_place", lambda *_: DOCUMENT)
    return toy.build(tmp_path / "site", toy.clean_stage())


def say(site: Path, *words: str) -> int:
    return main(load_stages(site), root=site, arguments=["render", TOY, "--with", *words])


def test_without_quarto_it_is_said_what_to_install(site: Path, fake: Any, capsys: pytest.CaptureFixture[str]) -> None:  # noqa: ANN401, ARG001
    assert say(site, "quarto") == 5
    told = capsys.readouterr().err
    assert "没有找到 Quarto→ 请安装 Quarto 1.10.17 或更新的版本" in told
    assert "environment.yml" in told
    assert not (site / "reports").exists()


@pytest.mark.parametrize(("version", "fit"), [("1.10.17", True), ("1.11.0", True), ("2.0.0", True), ("1.10.16", False)])
def test_version_is_compared_by_its_numbers(version: str, fit: object) -> None:
    assert quarto.is_new_enough(version) is fit


@pytest.mark.parametrize("version", ["1.6.40", "1.9.99", "别的"])
def test_too_old_quarto_is_refused(site: Path, fake: Any, version: str, capsys: pytest.CaptureFixture[str]) -> None:  # noqa: ANN401
    fake(version)
    assert say(site, "quarto") == 5
    assert f"Quarto 的版本是 {version}，太旧→ 请安装" in capsys.readouterr().err


def test_folder_beside_the_products_is_written_and_handed_to_quarto(
    site: Path,
    fake: Any,  # noqa: ANN401
    capsys: pytest.CaptureFixture[str],
) -> None:
    fake()
    product = site / "reports" / TOY / "report.pdf"
    product.parent.mkdir(parents=True)
    product.write_text("made", encoding="utf-8")
    assert say(site, "quarto") == 0
    folder = site / "reports" / f"{TOY}.quarto"
    assert all((folder / name).read_bytes() == content for name, content in FILES.items())
    assert (folder / "asked").read_text("utf-8").splitlines() == [
        "render report.ipynb --to tuoyu-html",
        "render report.ipynb --to tuoyu-typst",
    ]
    assert "pylopdf_fonts_zh_cn" in (folder / "fonts").read_text("utf-8")
    told = capsys.readouterr().out
    assert f"reports/{TOY}.quarto/report.pdf（与成果逐字节相同）" in told
    assert "quarto preview report.ipynb --to tuoyu-html" in told
    assert list(product.parent.iterdir()) == [product]


def test_quarto_makes_only_what_is_asked_for(site: Path, fake: Any) -> None:  # noqa: ANN401
    fake()
    assert say(site, "quarto", "--to", "pdf") == 0
    folder = site / "reports" / f"{TOY}.quarto"
    assert (folder / "asked").read_text("utf-8") == "render report.ipynb --to tuoyu-typst\n"


def test_what_quarto_complains_of_is_told(site: Path, fake: Any, capsys: pytest.CaptureFixture[str]) -> None:  # noqa: ANN401
    fake(failing=True)
    assert say(site, "quarto") == 5
    told = capsys.readouterr().err
    assert "Quarto 没有做成 report.html（quarto render report.ipynb --to tuoyu-html）" in told
    assert "│ ERROR: 排版失败" in told


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("quatro",), "--with 只能写 quarto，现为“quatro”"),
        (("quarto", "--to", "word"), "Quarto 只做 html、pdf，不做 report.docx"),
    ],
)
def test_wrong_use_is_told(site: Path, words: tuple[str, ...], told: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert say(site, *words) == 2
    assert told in capsys.readouterr().err


@pytest.mark.skipif(not quarto.is_new_enough(quarto.version()), reason="没有够新的 Quarto")
def test_real_quarto_sets_the_same_bytes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    document = document_of(SHORT)
    monkeypatch.setattr("tuoyu.front.publication.document_in_place", lambda *_: document)
    page, sheets = quarto.render(tmp_path, (), SHORT, tuple(quarto.FORMATS))
    assert sheets.read_bytes() == typeset(to_typst(document))
    shown = page.read_text("utf-8")
    targets = set(re.findall(r'\bid="([^"]+)"', shown))
    main_text = shown[shown.index("<main") :]
    assert set(re.findall(r'href="#([^"]+)"', main_text)) <= targets
    assert 'lang="zh"' in shown
