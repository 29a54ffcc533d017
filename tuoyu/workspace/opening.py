"""Where a stage works (工作区): it hands a notebook what its stage declared, and nothing else.

Belongs here: every path that a notebook reads or writes, and the file formats behind them.
A notebook says ``work = open_stage("report", edition)`` and never sees a path.
"""

from __future__ import annotations

import json
import os
import runpy
from dataclasses import asdict
from dataclasses import dataclass
from dataclasses import is_dataclass
from datetime import date
from decimal import Decimal
from functools import lru_cache
from pathlib import Path
from pathlib import PurePosixPath
from typing import TYPE_CHECKING
from typing import Any
from typing import TypeVar

from pydantic import BaseModel

from tuoyu.nouns.city import City
from tuoyu.nouns.city import Corrections
from tuoyu.nouns.errors import ContractError
from tuoyu.nouns.fact import Fact
from tuoyu.nouns.fact import Facts
from tuoyu.nouns.finding import Finding
from tuoyu.nouns.forms import FormError
from tuoyu.nouns.forms import suggestion
from tuoyu.nouns.questions import Questions
from tuoyu.nouns.register import Entry
from tuoyu.nouns.register import restored
from tuoyu.nouns.stage import CITIES
from tuoyu.nouns.stage import RAW
from tuoyu.workspace import guard
from tuoyu.workspace.editions import load_edition
from tuoyu.workspace.raw import load_forms
from tuoyu.workspace.raw import load_raw
from tuoyu.workspace.texts import read_texts
from tuoyu.workspace.writing import write_atomically

if TYPE_CHECKING:
    from collections.abc import Iterable
    from collections.abc import Mapping
    from collections.abc import Sequence

    import pandas as pd

    from tuoyu.nouns.edition import Edition
    from tuoyu.nouns.exhibit import Exhibit
    from tuoyu.nouns.source import RawFile
    from tuoyu.nouns.stage import Stage

ROOT_VARIABLE = "TUOYU_ROOT"
PROCESSED_VARIABLE = "TUOYU_PROCESSED"
TABLE_OF_CONTENTS = "pipeline.py"
_Form = TypeVar("_Form", bound=BaseModel)


@guard.permitted
def open_stage(stage: str, edition: str) -> Workspace:
    """The workspace of one stage of one edition, from anywhere inside the repository.

    Raises ContractError for a stage that ``pipeline.py`` does not have, ParameterError for a wrong
    edition. In a notebook kernel, opening files of the repository by hand is refused from here on.
    """
    root = find_root(Path.cwd())
    known = {declared.name: declared for declared in load_stages(root)}
    if stage not in known:
        msg = f"pipeline.py 没有名为 {stage} 的环节{suggestion(stage, known)}"
        raise ContractError(msg)
    processed = os.environ.get(PROCESSED_VARIABLE)
    workspace = Workspace(
        root=root,
        stage=known[stage],
        edition=load_edition(root, edition),
        processed=Path(processed) if processed else root / "data" / "processed" / edition,
    )
    guard.watch(root, known[stage].notebook)
    guard.limit_memory(known[stage].memory_limit)
    return workspace


def find_root(start: Path) -> Path:
    """The project in which one stands; ContractError where there is none."""
    root = nearest_project(start)
    if root is not None:
        return root
    msg = f"从 {start} 向上找不到项目文件夹（含 pipeline.py 和 notebooks），请在项目文件夹内打开笔记本"
    raise ContractError(msg)


def nearest_project(start: Path) -> Path | None:
    """``TUOYU_ROOT``, else the nearest folder upward with pipeline.py and notebooks/; None where there is none."""
    given = os.environ.get(ROOT_VARIABLE)
    if given:
        return Path(given)
    folders = (start, *start.parents)
    return next((one for one in folders if (one / TABLE_OF_CONTENTS).is_file() and (one / "notebooks").is_dir()), None)


def load_stages(root: Path) -> tuple[Stage, ...]:
    """The stages that ``pipeline.py`` declares, in order; a file that has not changed is not run again."""
    path = root / TABLE_OF_CONTENTS
    return _declared(path, path.read_bytes())


@lru_cache(maxsize=1)
def _declared(path: Path, content: bytes) -> tuple[Stage, ...]:  # noqa: ARG001 - what it says decides
    return tuple(runpy.run_path(str(path))["STAGES"])


@dataclass(frozen=True)
class Workspace:
    """工作区 — what one stage may read and write for one edition; ``processed`` holds its products."""

    root: Path
    stage: Stage
    edition: Edition
    processed: Path

    @property
    @guard.permitted
    def previous(self) -> Edition | None:
        """The parameters of the edition before this one, where there is one."""
        return load_edition(self.root, self.edition.previous) if self.edition.previous else None

    @guard.permitted
    def raw_files(self) -> list[RawFile]:
        """Raw files of the city, the benchmarks and the comparators, by place, then by name."""
        self._require(RAW)
        return load_raw(self.root, self.edition)

    @guard.permitted
    def cities(self) -> dict[str, City]:
        """``city.toml`` of every place of the edition that has one, by folder name."""
        if RAW not in self.stage.needs:
            self._require(CITIES)
        return self._forms(City)

    @guard.permitted
    def corrections(self) -> dict[str, Corrections]:
        """``corrections.toml`` of every place of the edition that has one, by folder name."""
        self._require(RAW)
        return self._forms(Corrections)

    @guard.permitted
    def questions(self) -> dict[str, Questions]:
        """``questions.toml`` of every place of the edition that has one, by folder name."""
        self._require(RAW)
        return self._forms(Questions)

    def save_table(self, name: str, frame: pd.DataFrame) -> None:
        """Write a table as Parquet; columns of Decimal stay exact to 12 places."""
        from tuoyu.workspace import table

        self._write(_product(name, ".parquet"), table.to_parquet(frame))

    def load_table(self, name: str) -> pd.DataFrame:
        """The table that :meth:`save_table` wrote; decimals come back as Decimal."""
        from tuoyu.workspace import table

        return table.from_parquet(self._read(_product(name, ".parquet")))

    def save_records(self, name: str, records: object) -> None:
        """Write JSON; decimals and dates become text, dataclasses become objects."""
        self._write(_product(name, ".json"), to_json(records).encode())

    def load_records(self, name: str) -> Any:  # noqa: ANN401 - JSON has no narrower type
        """The JSON that :meth:`save_records` wrote; decimals and dates stay text."""
        return json.loads(self._read(_product(name, ".json")))

    def save_registers(self, name: str, registers: Mapping[str, Sequence[Entry]]) -> None:
        """Write the entries of registers as JSON, by kind of register."""
        records = {kind: [entry.model_dump(mode="json") for entry in entries] for kind, entries in registers.items()}
        self.save_records(name, records)

    def load_registers(self, name: str) -> dict[str, tuple[Entry, ...]]:
        """The entries that :meth:`save_registers` wrote, by kind."""
        return {kind: restored(kind, records) for kind, records in self.load_records(name).items()}

    def save_findings(self, name: str, findings: Iterable[Finding]) -> None:
        """Write findings as JSON."""
        self.save_records(name, [finding.to_dict() for finding in findings])

    def load_findings(self, name: str) -> list[Finding]:
        """The findings that :meth:`save_findings` wrote."""
        return [Finding.from_dict(record) for record in self.load_records(name)]

    def save_facts(self, facts: Facts) -> None:
        """Write ``facts.json``: facts, claims, what is missing and why, findings, policies, evidence."""
        self.save_records("facts", facts.to_dict())

    def load_facts(self) -> Facts:
        """The facts that :meth:`save_facts` wrote."""
        return Facts.from_dict(self.load_records("facts"))

    def show(self, exhibit: Exhibit | None) -> None:
        """Put a figure or table into the report; nothing where its evidence is missing."""
        if exhibit is None:
            return
        from IPython.display import display

        if exhibit.kind == "figure":
            self.save_text(f"figures/{exhibit.id}.svg", exhibit.data["image/svg+xml"])
        display(dict(exhibit.data), raw=True, metadata={"tuoyu": exhibit.about})

    @property
    def unattended(self) -> bool:
        """Whether the engine runs the notebook: then nobody looks at it, and the text is filled in afterwards."""
        return bool(os.environ.get(PROCESSED_VARIABLE))

    @guard.permitted
    def texts(self) -> dict[str, bytes]:
        """The text files of the report, by name; only for showing them, so that no product depends on them."""
        if self.unattended:
            msg = "文字在成稿时填写，笔记本由 pipeline.py 执行时不读取"
            raise ContractError(msg)
        return read_texts(self.root)

    def save_text(self, name: str, text: str) -> None:
        """Write a text product, such as the SVG of a figure, under its full name."""
        self._write(_product(name, ""), text.encode())

    def _forms(self, form: type[_Form]) -> dict[str, _Form]:
        try:
            return load_forms(self.root, self.edition, form)
        except FormError as error:
            msg = f"数据文件夹里的表单无法读取：{error}"
            raise ContractError(msg) from None

    def _require(self, need: str) -> None:
        if need not in self.stage.needs:
            raise self._undeclared(need, verb="读取", field="needs")

    @guard.permitted
    def _read(self, product: str) -> bytes:
        if not self.stage.may_read(product):
            raise self._undeclared(product, verb="读取", field="needs")
        path = self.processed / product
        if not path.is_file():
            msg = (
                f"环节 {self.stage.name}（{self.stage.notebook}）要读取的 {product} 还没有："
                f"请先运行前面的环节，或运行 python pipeline.py run {self.edition.name}"
            )
            raise ContractError(msg)
        return path.read_bytes()

    @guard.permitted
    def _write(self, product: str, content: bytes) -> None:
        if not self.stage.may_write(product):
            raise self._undeclared(product, verb="写出", field="makes")
        write_atomically(self.processed / product, content)

    def _undeclared(self, product: str, *, verb: str, field: str) -> ContractError:
        declared = getattr(self.stage, field)
        return ContractError(
            f"环节 {self.stage.name}（{self.stage.notebook}）{verb}了没有声明的 {product}"
            f"{suggestion(product, declared)}→ 确需{verb}的，请写进 pipeline.py 中该环节的 {field}"
        )


def to_json(value: object) -> str:
    """JSON that is the same for the same value: keys sorted, Chinese kept, newline at the end."""
    text = json.dumps(value, ensure_ascii=False, sort_keys=True, indent=1, allow_nan=False, default=_plain)
    return text + "\n"


def _plain(value: object) -> object:
    if isinstance(value, Decimal):
        return str(value)
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Fact):
        return value.to_dict()
    if is_dataclass(value) and not isinstance(value, type):
        return asdict(value)
    msg = f"{type(value).__name__} cannot be written as JSON"
    raise TypeError(msg)


def _product(name: str, suffix: str) -> str:
    path = PurePosixPath(name)
    return str(path if path.suffix else path.with_suffix(suffix))
