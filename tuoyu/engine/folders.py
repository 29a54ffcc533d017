"""The real folders of an edition, the scratch folders beside them, and the exchange of the two."""

from __future__ import annotations

import errno
import shutil
from dataclasses import dataclass
from typing import TYPE_CHECKING

from tuoyu.engine.host import in_words
from tuoyu.nouns.errors import StageError
from tuoyu.workspace.writing import write_atomically

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

_HELD = {errno.EACCES, errno.EPERM}  # what Windows says of a folder in which a file is open


@dataclass(frozen=True)
class Folders:
    """Every folder that a run of one edition touches."""

    root: Path
    edition: str

    @property
    def processed(self) -> Path:
        """``data/processed/<edition>``: what the stages make."""
        return self.root / "data" / "processed" / self.edition

    @property
    def reports(self) -> Path:
        """``reports/<edition>``: what people read."""
        return self.root / "reports" / self.edition

    @property
    def new_processed(self) -> Path:
        """Stands for ``processed`` while a run is under way."""
        return _beside(self.processed, "new")

    @property
    def new_reports(self) -> Path:
        """Stands for ``reports`` while a run is under way."""
        return _beside(self.reports, "new")

    @property
    def kernel(self) -> Path:
        """Where the kernels of a run keep their own files."""
        return _beside(self.processed, "kernel")

    @property
    def failed(self) -> Path:
        """Where the notebook of a failed run is kept for a look; the next run takes it away."""
        return _beside(self.reports, "failed")

    @property
    def lock(self) -> Path:
        """Held by the one process that may make this edition now."""
        return _beside(self.processed, "lock")

    @property
    def exchange(self) -> Path:
        """Is there from when all new folders are whole until each of them has taken its place."""
        return _beside(self.processed, "exchange")

    def put_in_place(self) -> None:
        """Let the scratch folders that are there, all whole, take the place of the real ones: all, or none.

        A run that is killed amid it has done its work: what is left of the exchange is done by the next ``sweep``.
        """
        write_atomically(self.exchange, b"")
        try:
            self._swap()
        except StageError:  # everything was put back
            self.exchange.unlink(missing_ok=True)
            raise
        self.exchange.unlink(missing_ok=True)

    def _swap(self) -> None:
        both = ((self.new_processed, self.processed), (self.new_reports, self.reports))
        swap_in([(new, final) for new, final in both if new.is_dir()])

    def sweep(self) -> None:
        """Take away what an earlier run left; finish the exchange amid which one was killed."""
        self._refuse_links()
        if self.exchange.exists():
            self._swap()
            self.exchange.unlink(missing_ok=True)
        for final in (self.processed, self.reports):
            aside = _beside(final, "old")
            if aside.is_dir() and not final.exists():
                aside.rename(final)
            remove(aside)
        remove(self.failed)
        self.drop_scratch()
        held = [folder for folder in (self.new_processed, self.new_reports) if folder.exists()]
        if held:
            where = "、".join(folder.relative_to(self.root).as_posix() for folder in held)
            msg = f"无法清除上次运行留下的 {where}：其中有文件正被打开，请先关闭再运行（原有成果未动）"
            raise StageError(msg)

    def _refuse_links(self) -> None:
        """A folder that is exchanged as a whole cannot be a link: the first run would put a folder in its place."""
        for folder in (self.processed, self.reports):
            if folder.is_symlink():
                where, above = folder.relative_to(self.root).as_posix(), folder.parent.relative_to(self.root).as_posix()
                msg = f"{where} 是链接，成果要整个文件夹替换，不能放在链接里；请删去这个链接，或把 {above} 整个做成链接"
                raise StageError(msg)

    def drop_scratch(self) -> None:
        """Take away the scratch folders of this run, unless it was interrupted amid the exchange."""
        if self.exchange.exists():
            return
        for folder in (self.new_processed, self.new_reports, self.kernel):
            remove(folder)


def _beside(folder: Path, ending: str) -> Path:
    return folder.with_name(f".{folder.name}.{ending}")


def remove(folder: Path) -> None:
    """Remove a folder and all in it, if it is there and nobody holds a file of it open."""
    shutil.rmtree(folder, ignore_errors=True)


def swap_in(pairs: Sequence[tuple[Path, Path]]) -> None:
    """Put every new folder in the place of the old one: all of them, or none if one is held open."""
    done: list[tuple[Path, Path]] = []
    try:
        for new, final in pairs:
            _exchange(new, final)
            done.append((new, final))
    except OSError as error:
        refused = pairs[len(done)][1]
        for new, final in reversed(done):
            _exchange_back(new, final)
        held = "其中有文件正被打开，请先关闭 PDF、Word 或 Excel 再运行"
        words = held if error.errno in _HELD else in_words(error.errno) or held
        msg = f"无法替换 {refused.parent.name}/{refused.name}：{words}（原有成果未动）"
        raise StageError(msg) from error
    for _, final in done:
        remove(_beside(final, "old"))


def _exchange(new: Path, final: Path) -> None:
    aside = _beside(final, "old")
    if final.exists():
        final.rename(aside)
    try:
        new.rename(final)
    except OSError:
        if aside.exists():
            aside.rename(final)
        raise


def _exchange_back(new: Path, final: Path) -> None:
    final.rename(new)
    aside = _beside(final, "old")
    if aside.exists():
        aside.rename(final)
