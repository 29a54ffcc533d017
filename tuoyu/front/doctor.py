"""What this machine has and lacks (环境检查), each with the way to get it."""

from __future__ import annotations

import importlib.metadata
import importlib.util
import os
import platform
import re
import sys
from dataclasses import dataclass

from tuoyu.engine.fingerprint import FONTS_VARIABLE
from tuoyu.front import quarto

_OLDEST_PYTHON = (3, 11)
_INSTALL = "请重新安装：有源码的运行 pip install -c constraints.txt -e .，有安装包的运行 pip install 安装包的文件名"


@dataclass(frozen=True)
class Checkup:
    """检查结果 — one thing that was looked at; ``needed`` things must be ``fine`` for a run."""

    name: str
    fine: bool
    needed: bool
    words: str

    @property
    def verdict(self) -> str:
        """One word for the beginning of a line."""
        if self.fine:
            return "正常"
        return "缺少" if self.needed else "可选"


def examine() -> list[Checkup]:
    """Python, packages, kernel and how it is started, fonts, what could change the products, Quarto, in this order."""
    return [_python(), _packages(), _kernel(), _warm(), _fonts(), _influences(), _quarto()]


def _python() -> Checkup:
    fine = sys.version_info >= _OLDEST_PYTHON
    words = platform.python_version() if fine else f"{platform.python_version()}，需要 3.11 或更高"
    return Checkup("Python", fine, needed=True, words=words)


def _packages() -> Checkup:
    try:
        lines = importlib.metadata.requires("tuoyu") or []
    except importlib.metadata.PackageNotFoundError:
        return Checkup("tuoyu", fine=False, needed=True, words=f"尚未安装，{_INSTALL}")
    names = sorted(re.split(r"[\s<>=!~;\[]", line)[0] for line in lines if "extra ==" not in line)
    missing = [name for name in names if not _is_installed(name)]
    words = f"{'、'.join(missing)} 尚未安装，{_INSTALL}" if missing else f"{len(names)} 个都已安装"
    return Checkup("依赖包", fine=not missing, needed=True, words=words)


def _is_installed(name: str) -> bool:
    try:
        importlib.metadata.version(name)
    except importlib.metadata.PackageNotFoundError:
        return False
    return True


def _kernel() -> Checkup:
    fine = importlib.util.find_spec("ipykernel") is not None
    return Checkup("笔记本内核", fine, needed=True, words="可用" if fine else f"缺 ipykernel，{_INSTALL}")


def _warm() -> Checkup:
    from tuoyu.kernels import available

    fine, words = available()
    return Checkup("内核启动", fine, needed=False, words=words)


def _fonts() -> Checkup:
    if importlib.util.find_spec("pylopdf_fonts_zh_cn") is None:
        return Checkup("字体", fine=False, needed=True, words=f"缺随包的中文字体，{_INSTALL}")
    from tuoyu.render.fonts import chosen_faces

    chosen = [f"{one.role} {one.family}{'' if one.proper else '（代用）'}" for one in chosen_faces()]
    return Checkup("字体", fine=True, needed=True, words="；".join(chosen))


def _influences() -> Checkup:
    """What on this machine could make other products than elsewhere: nothing but the fonts of the sheets."""
    name = "影响成果的设置"
    if os.environ.get(FONTS_VARIABLE) == "packaged":
        return Checkup(name, fine=True, needed=True, words=f"没有（{FONTS_VARIABLE}=packaged，只用随包字体）")
    words = f"PDF 用本机字体，换一台电脑版面可能不同；要各处相同，请设环境变量 {FONTS_VARIABLE}=packaged"
    return Checkup(name, fine=True, needed=True, words=words)


def _quarto() -> Checkup:
    told = quarto.version()
    fine = quarto.is_new_enough(told)
    oldest = ".".join(map(str, quarto.OLDEST))
    found = f"{told}，太旧，要 {oldest} 或更新的版本" if told else "未安装"
    words = told if fine else f"{found}；不影响生成报告，需要时用 conda 环境 environment.yml"
    return Checkup("Quarto", fine, needed=False, words=words)
