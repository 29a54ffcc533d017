"""Makes the products of one stage in the scratch folder: carried over, restored from the cache, or executed.

What belongs here: the choice between the three, and the proof by products. What does not: locks and the exchange of
folders (``runner``), and why a stage is stale (``freshness``).
"""

from __future__ import annotations

import os
import shutil
from dataclasses import dataclass
from dataclasses import field
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING
from typing import Literal

from tuoyu.engine.cache import EXECUTED
from tuoyu.engine.cache import Cache
from tuoyu.engine.fingerprint import CODE
from tuoyu.engine.fingerprint import NOTEBOOK
from tuoyu.engine.fingerprint import fingerprint_stage
from tuoyu.engine.fingerprint import look_at_notebook
from tuoyu.engine.freshness import Made
from tuoyu.engine.freshness import judge
from tuoyu.engine.freshness import list_products
from tuoyu.engine.freshness import load_state
from tuoyu.engine.freshness import products_of
from tuoyu.engine.freshness import renewed
from tuoyu.engine.notebook import ExecutionFailed
from tuoyu.engine.notebook import execute
from tuoyu.engine.notebook import prepare
from tuoyu.engine.notebook import read_notebook
from tuoyu.engine.notebook import read_written
from tuoyu.engine.notebook import write_notebook
from tuoyu.kernels import INTERPRETER
from tuoyu.nouns.errors import ContractError
from tuoyu.nouns.errors import StageError
from tuoyu.nouns.stage import is_pattern
from tuoyu.workspace.opening import PROCESSED_VARIABLE
from tuoyu.workspace.opening import ROOT_VARIABLE
from tuoyu.workspace.writing import write_atomically

if TYPE_CHECKING:
    from collections.abc import Callable
    from collections.abc import Mapping
    from collections.abc import Sequence

    from jupyter_client.manager import AsyncKernelManager
    from nbformat import NotebookNode

    from tuoyu.engine.fingerprint import Fingerprint
    from tuoyu.engine.fingerprint import Sight
    from tuoyu.engine.fingerprint import Site
    from tuoyu.engine.folders import Folders
    from tuoyu.nouns.stage import Stage

How = Literal["carried", "restored", "executed"]


@dataclass(frozen=True)
class Workshop:
    """Where and with what the stages of one edition are made.

    ``kernel`` gives the class that starts the kernel of a stage, asked for only when its notebook has to run;
    ``earlier`` is what is on record of the products in place, and ``in_place`` their digests as they are; ``force``
    takes neither these nor the cache.
    """

    site: Site
    folders: Folders
    cache: Cache
    kernel: Callable[[Stage], type[AsyncKernelManager]]
    earlier: Mapping[str, Made]
    in_place: Mapping[str, str]
    force: bool = False
    made: dict[str, Made] = field(default_factory=dict)
    ran: list[Stage] = field(default_factory=list)

    def make(self, stage: Stage) -> How:
        """Put the products of a stage into the scratch folder and on record; raises StageError or ContractError."""
        scratch = self.folders.new_processed
        known = self.earlier.get(stage.name)
        sight = look_at_notebook(self.site.notebook(stage), self.site.surroundings, known.sight if known else None)
        fingerprint = fingerprint_stage(self.site, stage, list_products(scratch), sight=sight)
        same = known is not None and known.sight.seen == sight.seen
        how = self._from_earlier(stage, fingerprint, same=same) or self._run(stage)
        self.made[stage.name] = Made(fingerprint, products_of(stage, list_products(scratch)), sight)
        return how

    def executed(self, stage: Stage) -> Path:
        """The executed notebook of a stage in the scratch folder."""
        return self.folders.new_processed / EXECUTED / stage.notebook

    def _from_earlier(self, stage: Stage, fingerprint: Fingerprint, *, same: bool) -> How | None:
        """What was made before from just this, with the words of today; None if there is nothing of the kind.

        ``same`` if the words of today are those that are in place.
        """
        if self.force:
            return None
        how: How = "carried"
        if not self._carry_over(stage, fingerprint):
            entry = self.cache.find(fingerprint.key)
            if entry is None or self.cache.restore(entry, self.folders.new_processed) is None:
                return None
            how = "restored"
        if how == "restored" or not same:
            _put_words(self.site, stage, self.folders.new_processed)
        return how

    def _carry_over(self, stage: Stage, fingerprint: Fingerprint) -> bool:
        """Copy the products in place, if they still hold."""
        found = products_of(stage, self.in_place)
        if judge(fingerprint, self.earlier.get(stage.name), found):
            return False
        for name in found:
            target = self.folders.new_processed / name
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(self.folders.processed / name, target)
        return True

    def _run(self, stage: Stage) -> How:
        scratch, prepared = self.folders.new_processed, _prepared(self.site, stage)
        before = list_products(scratch)
        try:
            executed = execute(
                prepared, stage, environment=self._surroundings(), root=self.site.root, kernel=self.kernel(stage)
            )
        except ExecutionFailed as failure:
            msg = f"{failure.error}{self._keep(failure, stage)}（原有成果未动）"
            raise type(failure.error)(msg) from None
        check_products(stage, before, list_products(scratch), folder=scratch)
        write_atomically(self.executed(stage), write_notebook(executed))
        self.ran.append(stage)
        return "executed"

    def keep(self) -> None:
        """Put what was executed into the cache, once it is certain that nothing changed while it was read."""
        for stage in self.ran:
            made = self.made[stage.name]
            names = [name for name in made.products if not name.startswith(f"{EXECUTED}/")]
            products = {name: self.folders.new_processed / name for name in names}
            self.cache.store(made.fingerprint.key, self.executed(stage), products)

    def _keep(self, failure: ExecutionFailed, stage: Stage) -> str:
        """Where the notebook is kept as far as it got; nothing where the disk has no room for it."""
        kept = self.folders.failed / stage.notebook
        try:
            write_atomically(kept, write_notebook(failure.notebook))
        except OSError:
            return ""
        return f"\n  运行到出错处的笔记本：{kept.relative_to(self.site.root).as_posix()}"

    def _surroundings(self) -> dict[str, str]:
        """Environment variables of the kernels."""
        package = str(Path(__file__).resolve().parents[2])
        paths = [package, os.environ.get("PYTHONPATH", "")]
        return {
            ROOT_VARIABLE: str(self.site.root),
            PROCESSED_VARIABLE: str(self.folders.new_processed),
            # The kernel imports the package that runs it, even where another copy is installed.
            "PYTHONPATH": os.pathsep.join(path for path in paths if path),
            **INTERPRETER,
            # A user's own IPython start-up files and history have no part in a run.
            "IPYTHONDIR": str(self.folders.kernel),
            **dict.fromkeys(("TMPDIR", "TEMP", "TMP"), str(self.folders.kernel)),
        }


def words_of_today(site: Site, folders: Folders, stages: Sequence[Stage]) -> tuple[Path, dict[str, Made]]:
    """Where the results of the last run are, beside the words of today, and what is then on record of them.

    They are those in place, or a copy where words have changed, so that no page is ever made of words that are gone.
    Raises ContractError where code has changed since: the results are of other code.
    """
    made = load_state(folders.processed)
    known = {stage: made[stage.name] for stage in stages if stage.name in made}
    seen = refuse_changed_code(site, folders, stages)
    reworded = [stage for stage, one in known.items() if one.sight.seen != seen[stage].seen]
    if not reworded:
        return folders.processed, made
    shutil.copytree(folders.processed, folders.new_processed)
    for stage in reworded:
        _put_words(site, stage, folders.new_processed)
    products = list_products(folders.new_processed)
    for stage in reworded:
        made[stage.name] = replace(known[stage], products=products_of(stage, products), sight=seen[stage])
    return folders.new_processed, made


def refuse_changed_code(site: Site, folders: Folders, stages: Sequence[Stage]) -> dict[Stage, Sight]:
    """The notebooks as they stand now; ContractError where code has changed since the last run."""
    made = load_state(folders.processed)
    known = {stage: made[stage.name] for stage in stages if stage.name in made}
    seen = {stage: look_at_notebook(site.notebook(stage), site.surroundings, one.sight) for stage, one in known.items()}
    same = [stage for stage, one in known.items() if one.fingerprint.parts[CODE].get(NOTEBOOK) == seen[stage].code]
    changed = "、".join(stage.notebook for stage in stages if stage not in same)
    if changed:
        msg = f"{changed} 的代码在上次运行之后改过，请先重新运行：python pipeline.py run {site.edition.name}"
        raise ContractError(msg)
    return seen


def _put_words(site: Site, stage: Stage, processed: Path) -> None:
    """Put the words of today into the executed notebook of a stage, beside results that still hold."""
    path = processed / EXECUTED / stage.notebook
    words = renewed(read_notebook(path), _prepared(site, stage))
    write_atomically(path, write_notebook(_node(words)))


def _prepared(site: Site, stage: Stage) -> NotebookNode:
    return prepare(read_written(site.notebook(stage)), {"edition": site.edition.name})


def _node(record: dict[str, object]) -> NotebookNode:
    import nbformat

    node: NotebookNode = nbformat.from_dict(record)
    return node


def check_products(stage: Stage, before: dict[str, str], after: dict[str, str], *, folder: Path) -> None:
    """Raises if a promised file is missing or empty, or if anything else was written or removed.

    A pattern promises nothing: a report of a city with little data has no figure.
    """
    where = f"环节“{stage.title}”（笔记本 {stage.notebook}）"
    changed = sorted(name for name in before.keys() | after.keys() if before.get(name) != after.get(name))
    undeclared = [name for name in changed if not stage.may_write(name)]
    if undeclared:
        names = "、".join(undeclared)
        msg = f"{where}改动了没有声明的文件：{names}→ 确需写出的，请写进 pipeline.py 中该环节的 makes"
        raise ContractError(msg)
    missing = [name for name in stage.makes if name not in after and not is_pattern(name)]
    empty = [name for name in changed if not (folder / name).stat().st_size]
    if missing or empty:
        parts = [f"没有写出 {'、'.join(missing)}"] if missing else []
        parts += [f"写出的 {'、'.join(empty)} 是空文件"] if empty else []
        msg = f"{where}运行完毕，但{'；'.join(parts)}，本次成果作废，原有成果未动"
        raise StageError(msg)
