"""What the machine refuses — a full disk, one that is read-only, a lack of permission — in words that help."""

from __future__ import annotations

import errno
import os
import re
import shutil
import signal
import sys
import tempfile
import threading
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from tuoyu.nouns.errors import StageError

if TYPE_CHECKING:
    from collections.abc import Iterator

_WORDS = {
    errno.ENOSPC: "磁盘已满，请腾出空间后重新运行",
    errno.EDQUOT: "磁盘配额已用完，请腾出空间后重新运行",
    errno.EFBIG: "超过系统允许的文件大小，请联系系统管理员放宽后重新运行",
    errno.EROFS: "磁盘只读，请换到可以写入的位置再运行",
    errno.EACCES: "没有权限，或文件正被打开；请关闭该文件或核对权限后重新运行",
    errno.EPERM: "没有权限，请核对权限后重新运行",
}
_NUMBER = re.compile(r"\[Errno (\d+)\]")


def in_words(number: int | None) -> str:
    """What is wrong with the machine and what to do, in Chinese; empty if the fault is not one of the machine's.

    >>> in_words(errno.EROFS)
    '磁盘只读，请换到可以写入的位置再运行'
    """
    return _WORDS.get(number or 0, "")


def in_words_of(message: str) -> str:
    """The same from the text of an OSError, such as a notebook keeps.

    >>> in_words_of("[Errno 30] Read-only file system: 'x'")
    '磁盘只读，请换到可以写入的位置再运行'
    """
    found = _NUMBER.search(message)
    return in_words(int(found[1])) if found else ""


def mended_bytecode(kind: str, message: str) -> str:
    """Takes away what Python keeps of our compiled source where a full disk cut it short; what happened, else empty.

    Older Pythons write such files without a look at how much was written, and every later run stumbles over them.
    """
    if kind != EOFError.__name__ or "marshal" not in message:
        return ""
    for folder in sorted(Path(__file__).resolve().parents[1].rglob("__pycache__")):
        shutil.rmtree(folder, ignore_errors=True)
    return "程序的编译缓存不完整（多半写到一半时磁盘满了），已经清除，请重新运行"


def names_unread() -> str:
    """Why file names in Chinese cannot be read here; empty where they can: Python takes the code of the locale."""
    code = sys.getfilesystemencoding().lower()
    if code == "utf-8":
        return ""
    return f"系统语言环境的编码是 {code.upper()}，读不出中文的文件名；请先设环境变量 PYTHONUTF8=1 再运行"


@contextmanager
def ended_like_an_interrupt() -> Iterator[None]:
    """Let a request to end, or a terminal that is closed, do in the body what Ctrl-C does: put away, and say so."""
    asked = [getattr(signal, name) for name in ("SIGTERM", "SIGHUP") if hasattr(signal, name)]
    main = threading.current_thread() is threading.main_thread()
    taken = [one for one in asked if main and signal.getsignal(one) is signal.SIG_DFL]  # nohup ignores a closed one
    for one in taken:
        signal.signal(one, signal.default_int_handler)
    try:
        yield
    finally:
        for one in taken:
            signal.signal(one, signal.SIG_DFL)


def have_home(otherwise: Path) -> None:
    """Let libraries find a home folder where the user has none to write in, as services do: one of ours."""
    try:
        fine = os.access(Path.home(), os.W_OK)
    except RuntimeError:
        fine = False
    if not fine:
        otherwise.mkdir(parents=True, exist_ok=True)
        os.environ["HOME"] = str(otherwise)


@contextmanager
def own_temporary(folder: Path) -> Iterator[None]:
    """Let everything temporary be made in a folder of ours, which is swept away even after a kill."""
    folder.mkdir(parents=True, exist_ok=True)
    before = tempfile.tempdir
    tempfile.tempdir = str(folder)
    try:
        yield
    finally:
        tempfile.tempdir = before


@contextmanager
def faults_told(root: Path) -> Iterator[None]:
    """Turn what the machine refuses in the body into a StageError; other faults pass as they are."""
    try:
        yield
    except OSError as error:
        words = complaint(error, root)
        if not words:
            raise
        msg = f"{words}（原有成果未动）"
        raise StageError(msg) from error


def complaint(error: OSError, root: Path) -> str:
    """What is wrong, with the file where the system names one; empty if the fault is not one of the machine's."""
    words = in_words(error.errno)
    if not words or not isinstance(error.filename, str):
        return words and f"无法读写文件：{words}"
    path = Path(error.filename)
    return f"无法读写 {path.relative_to(root).as_posix() if path.is_relative_to(root) else path}：{words}"
