"""Opens the bytes of a received file as grids of cells with addresses.

What belongs here: which format a file has, and what to tell about those that are not read.
What does not: how a format is read (``workbooks``, ``legacy``, ``opendocument``, ``delimited``),
what a row means (``layouts``).
"""

from __future__ import annotations

import codecs
import re
from dataclasses import replace
from typing import TYPE_CHECKING

from tuoyu.nouns.personal import without_personal
from tuoyu.reading.files.archives import open_archive
from tuoyu.reading.files.delimited import encodings
from tuoyu.reading.files.delimited import read_list
from tuoyu.reading.files.legacy import names_inside
from tuoyu.reading.files.legacy import read_legacy
from tuoyu.reading.files.opendocument import read_opendocument
from tuoyu.reading.files.sheets import Grid
from tuoyu.reading.files.sheets import address
from tuoyu.reading.files.sheets import refuse_as_too_large
from tuoyu.reading.files.workbooks import read_workbook
from tuoyu.reading.quantities import UnreadableError

if TYPE_CHECKING:
    from collections.abc import Callable
    from zipfile import ZipFile

__all__ = ["SUPPORTED", "Grid", "address", "kind_of", "open_grids"]

MOST_BYTES = 50 * 2**20
READERS: dict[str, Callable[[bytes], tuple[Grid, ...]]] = {
    ".xlsx": read_workbook,
    ".xls": read_legacy,
    ".ods": read_opendocument,
    ".csv": read_list,
}
SUPPORTED = tuple(READERS)
# what else a reader is given, because it says best what is wrong with it
BROKEN = {".xlsx": "broken-zip", ".ods": "broken-zip", ".xls": "broken-ole", ".csv": "binary"}

RESAVE = "请用 Excel 或 WPS 打开，另存为 .xlsx"
COPY_OUT = "请把其中的表格复制到 Excel 里，另存为 .xlsx"
UNPACK = "请解压后放入其中的表格文件"
DIGITAL = "请向提供单位索取 .xlsx 格式的原表"
# kind → its name, and what to do with it; an empty advice is for kinds that are read
KINDS = {
    "xlsx": ("Excel 工作簿（.xlsx）", ""),
    "xls": ("Excel 97—2003 工作簿（.xls）", ""),
    "ods": ("开放文档表格（.ods）", ""),
    "csv": ("纯文本", ""),
    "xlsm": ("含宏的 Excel 工作簿（.xlsm）", "请用 Excel 或 WPS 打开，另存为不含宏的 .xlsx"),
    "xlsb": ("Excel 二进制工作簿（.xlsb）", RESAVE),
    "et": ("WPS 表格文件（.et）", RESAVE),
    "encrypted": ("设有打开密码的 Office 文件", "请用密码打开，撤去密码后另存为 .xlsx"),
    "html": ("网页格式的表格（HTML，政务平台导出的 .xls 常是这样）", RESAVE),
    "mhtml": ("单个文件网页（MHTML）", RESAVE),
    "xml": ("XML 文件（可能是 Excel 2003 的 XML 表格）", RESAVE),
    "doc": ("Word 97—2003 或 WPS 文字文档", COPY_OUT),
    "docx": ("Word 文档（.docx）", COPY_OUT),
    "odt": ("开放文档文本（.odt）", COPY_OUT),
    "wps": ("WPS 文字文档（.wps）", COPY_OUT),
    "rtf": ("RTF 文档", COPY_OUT),
    "pptx": ("演示文稿", COPY_OUT),
    "pdf": ("PDF 文件", DIGITAL),
    "ofd": ("OFD 版式文件", DIGITAL),
    "picture": ("图片", DIGITAL),
    "zip": ("压缩包", UNPACK),
    "rar": ("压缩包", UNPACK),
    "broken-zip": ("不完整或已损坏的 .xlsx、.ods 或压缩文件", "请重新下载，或请提供单位重新发来"),
    "broken-ole": ("不完整或已损坏的老版 Office 文件", "请重新下载，或请提供单位重新发来"),
    "binary": ("无法识别的格式", "请核对是不是拿错了文件，或请提供单位重新发来 .xlsx"),
}
ALIASES = {".doc": "doc", ".xltx": "xlsx", ".ppt": "pptx", ".htm": "html", ".ett": "et", ".7z": "rar", ".xltm": "xlsm"}
SIGNATURES = {
    b"%PDF": "pdf",
    b"{\\rtf": "rtf",
    b"\x89PNG": "picture",
    b"\xff\xd8\xff": "picture",
    b"GIF8": "picture",
    b"Rar!": "rar",
    b"7z\xbc\xaf": "rar",
    b"\x1f\x8b": "rar",
}
ZIP, OLE = (b"PK\x03\x04", b"PK\x05\x06"), bytes.fromhex("d0cf11e0a1b11ae1")
# names in the top folder of an old Office file, in the order of their weight
INSIDE = {"EncryptedPackage": "encrypted", "WordDocument": "doc", "PowerPoint Document": "pptx", "Workbook": "xls"}
INSIDE |= {"Book": "xls"}
OPEN_DOCUMENTS = {"spreadsheet": "ods", "text": "odt", "presentation": "pptx"}
WEB_PAGE = re.compile(r"<(?:!doctype html|html|head|meta|table|style|body|div)\b")
HEAD = 4096


def open_grids(content: bytes, suffix: str) -> tuple[Grid, ...]:
    """The sheets of a file by its suffix, one of ``SUPPORTED``. Raises ``UnreadableError`` in Chinese."""
    suffix = suffix.lower()
    if suffix not in READERS:
        raise _unsupported(suffix)
    if not content:
        msg = "文件是空的（0 字节），请重新下载，或请提供单位重新发来"
        raise UnreadableError(msg)
    if len(content) > MOST_BYTES:
        refuse_as_too_large(f"超过 {MOST_BYTES // 2**20} MB")
    kind = kind_of(content)
    if kind not in {suffix[1:], BROKEN[suffix]}:
        raise _mismatch(kind, suffix)
    try:
        grids = READERS[suffix](content)
    except MemoryError:
        refuse_as_too_large("读取时内存不足")
    # Names of sheets travel with every figure, to the last page.
    return tuple(replace(grid, sheet=without_personal(grid.sheet)) for grid in grids)


def _unsupported(suffix: str) -> UnreadableError:
    name, advice = KINDS.get(ALIASES.get(suffix, suffix[1:]), ("", ""))
    what = f"暂不支持 {suffix or '没有扩展名的'} 格式" + (f"（{name}）" if advice else "")
    return UnreadableError(f"{what}，{advice or '请另存为 .xlsx 或 .csv'}")


def _mismatch(kind: str, suffix: str) -> UnreadableError:
    name, advice = KINDS[kind]
    return UnreadableError(f"扩展名是 {suffix}，内容却是{name}，{advice or f'请把扩展名改为 .{kind}'}")


def kind_of(content: bytes) -> str:
    """The true format of a file from its bytes, one of ``KINDS``.

    >>> kind_of("地区,指标".encode("gb18030")), kind_of(b"<table><tr><td>1"), kind_of(b"%PDF-1.7")
    ('csv', 'html', 'pdf')
    """
    if content.startswith(ZIP):
        return _kind_of_archive(content)
    if content.startswith(OLE):
        names = names_inside(content)
        return next((kind for name, kind in INSIDE.items() if name in names), "broken-ole")
    signed = next((kind for signature, kind in SIGNATURES.items() if content.startswith(signature)), None)
    return signed or _kind_of_text(content)


def _kind_of_archive(content: bytes) -> str:
    try:
        with open_archive(content) as archive:
            names = {name.lower() for name in archive.namelist()}
            if any(name.endswith("vbaproject.bin") for name in names) or b"macroEnabled" in _head(
                archive, "[Content_Types].xml"
            ):
                return "xlsm"
            if "mimetype" in names:
                found = re.search(rb"opendocument\.(\w+)", _head(archive, "mimetype"))
                return OPEN_DOCUMENTS.get(found[1].decode(), "zip") if found else "zip"
    except UnreadableError:
        return "broken-zip"
    if "xl/workbook.bin" in names:
        return "xlsb"
    tops = {name.partition("/")[0] for name in names}
    kinds = {"xl": "xlsx", "word": "docx", "ppt": "pptx", "ofd.xml": "ofd"}
    return next((kind for top, kind in kinds.items() if top in tops), "zip")


def _head(archive: ZipFile, name: str) -> bytes:
    """The beginning of a member, no more of it than a list of parts needs; nothing if it cannot be read."""
    try:
        with archive.open(name) as stream:
            return stream.read(2**20)
    except Exception:  # noqa: BLE001 - a broken archive may fail in any way, and its reader will say so
        return b""


def _kind_of_text(content: bytes) -> str:
    for encoding in encodings(content):
        decoder = codecs.getincrementaldecoder(encoding)()
        try:
            text = decoder.decode(content[:HEAD])
        except UnicodeDecodeError:
            continue
        if "\0" in text:
            return "binary"
        start = text.lstrip("\ufeff \t\r\n").lower()
        if WEB_PAGE.match(start):
            return "html"
        if start.startswith("<?xml"):
            return "html" if "<html" in start else "xml"
        return "mhtml" if start.startswith("mime-version:") else "csv"
    return "binary"
