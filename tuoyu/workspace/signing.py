"""Records of signatures (签发记录) on disk: ``editions/签发/<edition>.toml``, beside the parameters, never a product.

Belongs here: where a record is kept and how it is written. When a signature holds is said by ``nouns.signature``.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from pydantic import ValidationError

from tuoyu.nouns.errors import ParameterError
from tuoyu.nouns.forms import FormError
from tuoyu.nouns.forms import faults_of
from tuoyu.nouns.forms import read_form
from tuoyu.nouns.signature import Signature
from tuoyu.nouns.signature import Signatures
from tuoyu.workspace.writing import write_atomically

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

FOLDER = "editions/签发"
_HEAD = (
    "# 签发记录：由 pipeline.py sign 写出，不要手改。只记单位和日期，不写个人姓名。",
    "# products 是签发时各项成果的校验值；成果一有改动，这一条即失效。",
)


def file_of(root: Path, name: str) -> Path:
    """Where the signatures of an edition are on record."""
    return root / FOLDER / f"{name}.toml"


def read_signatures(root: Path, name: str) -> tuple[Signature, ...]:
    """The signatures of an edition, oldest first; ParameterError for a record that has been damaged."""
    path = file_of(root, name)
    if not path.is_file():
        return ()
    try:
        return Signatures.model_validate(read_form(path)).signature
    except FormError as error:
        faults = [str(error)]
    except ValidationError as error:
        faults = faults_of(error, Signatures)
    msg = f"签发记录 {FOLDER}/{path.name} 已损坏，请从备份恢复，或者把它移走后重新签发：{'；'.join(faults)}"
    raise ParameterError(msg)


def write_signatures(root: Path, name: str, signatures: Iterable[Signature]) -> Path:
    """Put the signatures of an edition on record; the file."""
    lines = [*_HEAD]
    for one in signatures:
        lines += ["", "[[signature]]", f"status = {_quoted(one.status)}", f"office = {_quoted(one.office)}"]
        lines += [f"on = {one.on.isoformat()}", f"unanswered = {one.unanswered}", "", "[signature.products]"]
        lines += [f"{_quoted(path)} = {_quoted(value)}" for path, value in sorted(one.products.items())]
    path = file_of(root, name)
    write_atomically(path, ("\n".join(lines) + "\n").encode())
    return path


def _quoted(text: str) -> str:
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")
