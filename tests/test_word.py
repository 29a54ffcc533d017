"""The Word document: its styles, fields and tables, the same bytes every time, and opened by another program."""

from __future__ import annotations

import io
import os
import re
import shutil
import subprocess
import zipfile
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest
from conftest import EDITIONS
from conftest import document_of
from pdfminer.high_level import extract_text
from sample_document import sample_document

from tuoyu.nouns.errors import RenderError
from tuoyu.render.fonts import folders as font_folders
from tuoyu.render.plaintext import squeeze
from tuoyu.render.plaintext import text_of
from tuoyu.render.word import to_word

OFFICE = shutil.which("soffice") or shutil.which("libreoffice")
W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
FULL = "jiangmen-2024-08"


def part(content: bytes, name: str) -> str:
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return archive.read(f"word/{name}").decode()


@pytest.fixture(scope="module")
def full() -> bytes:
    return to_word(document_of(FULL))


@pytest.mark.parametrize("name", EDITIONS)
def test_same_bytes_twice_and_every_part_is_well_formed(name: str) -> None:
    content = to_word(document_of(name))
    assert content == to_word(document_of(name))
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        for one in archive.namelist():
            if one.endswith((".xml", ".rels")):
                ET.fromstring(archive.read(one))  # noqa: S314 - our own


def test_styles_have_the_names_and_faces_of_chinese_templates(full: bytes) -> None:
    styles = part(full, "styles.xml")
    for name in ("Normal", "heading 1", "heading 2", "Title", "caption", "footnote text", "toc 1", "附件标识", "落款"):
        assert f'<w:name w:val="{name}"/>' in styles
    for face in ("仿宋_GB2312", "楷体_GB2312", "黑体", "方正小标宋简体"):
        assert f'w:eastAsia="{face}"' in styles
    assert "Theme=" not in styles + part(full, "document.xml")
    used = set(re.findall(r'<w:(?:pStyle|rStyle|tblStyle) w:val="([^"]+)"', part(full, "document.xml")))
    assert used <= set(re.findall(r'w:styleId="([^"]+)"', styles))


def test_text_behind_the_contents_begins_a_page_by_itself(full: bytes) -> None:
    """A paragraph that is nothing but a break would be an empty page behind contents that just fill theirs."""
    text = part(full, "document.xml")
    contents, after = re.split(
        r"(?<=</w:p>)(?=<w:p><w:pPr>(?:<w:pStyle [^>]*/>)?<w:pageBreakBefore/>)", text, maxsplit=1
    )
    assert 'w:val="TOC1"' in contents.rpartition("<w:p>")[2]
    assert "要点" in after.partition("</w:p>")[0]
    assert 'w:br w:type="page"' not in text


def test_captions_and_references_are_fields(full: bytes) -> None:
    text = part(full, "document.xml")
    assert len(re.findall(r"SEQ 图 ", text)) == 8
    assert " TOC " in text
    targets = set(re.findall(r'<w:bookmarkStart [^>]*w:name="([^"]+)"', text))
    asked = set(re.findall(r" (?:REF|PAGEREF) (\w+) ", text)) | set(re.findall(r'w:anchor="([^"]+)"', text))
    assert asked
    assert asked <= targets


def test_tables_keep_their_columns_and_repeat_their_heads(full: bytes) -> None:
    root = ET.fromstring(part(full, "document.xml"))  # noqa: S314 - our own
    for table in root.iter(f"{W}tbl"):
        widths = [int(one.attrib[f"{W}w"]) for one in table.iter(f"{W}gridCol")]
        assert sum(widths) <= 8845
        for row in table.iter(f"{W}tr"):
            assert [int(one.attrib[f"{W}w"]) for one in row.iter(f"{W}tcW")] == widths
    assert part(full, "document.xml").count("<w:tblHeader/>") >= 10


def test_figures_are_drawings_with_pictures_beside(full: bytes) -> None:
    with zipfile.ZipFile(io.BytesIO(full)) as archive:
        names = archive.namelist()
    drawings = {name.removesuffix(".svg") for name in names if name.endswith(".svg")}
    assert drawings == {name.removesuffix(".png") for name in names if name.endswith(".png")}
    assert len(drawings) == 8
    assert part(full, "document.xml").count("svgBlip") == 8


def test_documents_are_told_in_footnotes(full: bytes) -> None:
    notes, text = part(full, "footnotes.xml"), part(full, "document.xml")
    assert len(re.findall("<w:footnoteReference ", text)) == notes.count("<w:footnoteRef/>") > 3


def test_only_a_letterhead_has_a_number_and_an_imprint() -> None:
    about = {"document_number": "示儿研〔2024〕3号", "copy_to": "市政协办公室", "printed_by": "示例中心"}
    for letterhead in (None, "示例市文件"):
        text = part(to_word(sample_document(letterhead=letterhead, **about)), "document.xml")
        assert ("示儿研〔2024〕3号" in text) == ("抄送：市政协办公室。" in text) == bool(letterhead)


def test_imprint_stands_at_the_foot_of_the_page_held_by_what_follows_it() -> None:
    about = {"letterhead": "示例市文件", "copy_to": "市政协办公室", "printed_by": "示例中心"}
    text = part(to_word(sample_document(**about)), "document.xml")
    held = [one for one in re.findall("<w:p>.*?</w:p>", text) if "<w:framePr " in one]
    assert ["".join(re.findall("<w:t [^>]*>([^<]*)", one)) for one in held] == ["抄送：市政协办公室。", "示例中心"]
    assert all('w:vAnchor="margin"' in one and 'w:yAlign="bottom"' in one for one in held)
    after = text.rpartition(held[-1])[2]
    assert "<w:t " not in after
    assert after.startswith("<w:p>")
    assert "framePr" not in part(to_word(sample_document(letterhead="示例市文件")), "document.xml")


def test_words_can_be_searched_and_a_broken_file_is_told(full: bytes) -> None:
    text = text_of("report.docx", full)
    assert "每千人口托位数4.89个" in text
    assert squeeze("附件：1.示例城市经验") in text_of("report.docx", to_word(sample_document()))
    with pytest.raises(RenderError, match="不是完好的 Word 文档"):
        text_of("report.docx", b"no")


@pytest.mark.skipif(OFFICE is None and "CI" not in os.environ, reason="没有 LibreOffice")
def test_another_office_opens_it(full: bytes, tmp_path: Path) -> None:
    (tmp_path / "report.docx").write_bytes(full)
    profile = f"-env:UserInstallation={(tmp_path / 'profile').as_uri()}"
    command = [str(OFFICE), profile, "--headless", "--convert-to", "pdf", "--outdir", str(tmp_path), "report.docx"]
    # of a machine without Chinese fonts the letters would all be the same empty box
    listed = "".join(f"<dir>{folder}</dir>" for folder in font_folders())
    fonts = f'<fontconfig><include ignore_missing="yes">/etc/fonts/fonts.conf</include>{listed}</fontconfig>'
    (tmp_path / "fonts.conf").write_text(f'<!DOCTYPE fontconfig SYSTEM "fonts.dtd">{fonts}')
    known = {**os.environ, "FONTCONFIG_FILE": str(tmp_path / "fonts.conf")}
    subprocess.run(command, cwd=tmp_path, check=True, capture_output=True, timeout=240, env=known)
    text = re.sub(r"\s", "", extract_text(tmp_path / "report.pdf"))
    for words in ("江门市3岁以下婴幼儿托育服务监测报告", "图1出生人口变化", "—1—", "附件1", "示范城市经验"):
        assert words in text


def test_every_number_carries_a_remark_where_it_is_asked_for(full: bytes) -> None:
    document = document_of(FULL)
    content = to_word(document, remarks=True)
    text, remarks = part(content, "document.xml"), ET.fromstring(part(content, "comments.xml"))  # noqa: S314 - our own
    ids = [one.attrib[f"{W}id"] for one in remarks]
    assert re.findall(r'<w:commentRangeStart w:id="(\d+)"/>', text) == ids
    assert re.findall(r'<w:commentReference w:id="(\d+)"/>', text) == ids
    assert len(ids) > 400
    told = {"".join(one.itertext()) for one in remarks}
    assert all(
        any(words in one for one in told) for words in ("算式：在托人数÷托位数×100%", "原文“23595个”", "核验意见：")
    )
    assert not any(f"{W}date" in one.attrib for one in remarks)
    assert content == to_word(document, remarks=True)
    with zipfile.ZipFile(io.BytesIO(full)) as archive:
        assert "word/comments.xml" not in archive.namelist()
    assert "comment" not in part(full, "document.xml")
