"""Which parameters of its edition a notebook can read: found in its code where that is possible, else all of them.

A notebook meets its edition only as ``work.edition`` and ``work.previous``, where ``work`` is what ``open_stage``
returned. Anything else that is done with ``work`` or with ``open_stage`` means that it cannot be told.
"""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from tuoyu.nouns.edition import Edition

if TYPE_CHECKING:
    from collections.abc import Iterable
    from collections.abc import Mapping

PLACES = frozenset({"city", "benchmarks", "comparators"})
PREVIOUS = "previous."  # stands for every parameter of the previous edition
_OPEN = "open_stage"
_NOTHING: frozenset[str] = frozenset()
_BACK_DOORS = ("tuoyu.nouns.edition", "tuoyu.workspace")


def parameters_read(code: Iterable[str]) -> frozenset[str] | None:
    """Names of the parameters that these cells can read; None where it cannot be told.

    >>> sorted(parameters_read(["work = open_stage('a', edition)", "work.edition.city"]))
    ['city']
    >>> parameters_read(["work = open_stage('a', edition)", "show(work)"]) is None
    True
    """
    try:
        trees = [ast.parse(cell) for cell in code]
    except (SyntaxError, ValueError):
        return None
    nodes = [node for tree in trees for node in ast.walk(tree)]
    above = {child: node for node in nodes for child in ast.iter_child_nodes(node)}
    workspaces = {name for node in nodes if (name := _opened_as(node, above))}
    found = [_read_by(node, above, workspaces) for node in nodes]
    known = [keys for keys in found if keys is not None]
    return frozenset().union(*known) if len(known) == len(found) else None


def _read_by(node: ast.AST, above: Mapping[ast.AST, ast.AST], workspaces: set[str]) -> frozenset[str] | None:
    if isinstance(node, (ast.Import, ast.ImportFrom)):
        return None if _goes_round(node) else _NOTHING
    if _is_open(node):
        return _NOTHING if _opened_as(above.get(above.get(node, node), node), above) else None
    if isinstance(node, ast.Name) and node.id in workspaces and isinstance(node.ctx, ast.Load):
        return _taken_from_workspace(above.get(node), above)
    return _NOTHING


def _goes_round(node: ast.Import | ast.ImportFrom) -> bool:
    """Whether an import could lead to an edition by another way than ``open_stage``."""
    if isinstance(node, ast.ImportFrom) and (node.module or "").startswith(_BACK_DOORS):
        return [(alias.name, alias.asname) for alias in node.names] != [(_OPEN, None)]
    return any(
        alias.name.startswith(_BACK_DOORS)
        or (alias.name in {"edition", "editions", "opening", "workspace"} and isinstance(node, ast.ImportFrom))
        or (alias.name == _OPEN and alias.asname is not None)
        for alias in node.names
    )


def _is_open(node: ast.AST) -> bool:
    return (isinstance(node, ast.Name) and node.id == _OPEN) or (isinstance(node, ast.Attribute) and node.attr == _OPEN)


def _opened_as(node: ast.AST, above: Mapping[ast.AST, ast.AST]) -> str:
    """``work`` in ``work = open_stage(…)``, given the assignment; empty for anything else."""
    if not (isinstance(node, ast.Assign) and isinstance(node.value, ast.Call) and _is_open(node.value.func)):
        return ""
    target = node.targets[0]
    at_top = isinstance(above.get(node), ast.Module)
    return target.id if at_top and len(node.targets) == 1 and isinstance(target, ast.Name) else ""


def _taken_from_workspace(taken: ast.AST | None, above: Mapping[ast.AST, ast.AST]) -> frozenset[str] | None:
    if not isinstance(taken, ast.Attribute) or taken.attr.startswith("_"):
        return None
    if taken.attr == "previous":
        return frozenset({"previous", PREVIOUS})
    if taken.attr != "edition":
        return _NOTHING
    key = above.get(taken)
    if not isinstance(key, ast.Attribute):
        return None
    if key.attr == "places":
        return PLACES
    return frozenset({key.attr}) if key.attr in Edition.model_fields else None
