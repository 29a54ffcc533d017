"""Changes of a program that its tests should notice: single operators, constants, conditions and statements.

A change replaces the text of one node of the syntax tree, so that every other line stays as it is.
"""
# ruff: noqa: INP001 - scripts that are run by their path are no package

from __future__ import annotations

import ast
import random
from dataclasses import dataclass
from itertools import islice
from itertools import pairwise
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

_LONGEST_WORD = 6  # of texts that are data; longer ones are messages, whose words no test should hold
_SIGNS: dict[type[ast.cmpop], str] = {
    ast.Lt: "<",
    ast.LtE: "<=",
    ast.Gt: ">",
    ast.GtE: ">=",
    ast.Eq: "==",
    ast.NotEq: "!=",
    ast.In: "in",
    ast.NotIn: "not in",
    ast.Is: "is",
    ast.IsNot: "is not",
}
_COMPARED: dict[type[ast.cmpop], tuple[str, ...]] = {
    ast.Lt: ("<=", ">="),
    ast.LtE: ("<", ">"),
    ast.Gt: (">=", "<="),
    ast.GtE: (">", "<"),
    ast.Eq: ("!=",),
    ast.NotEq: ("==",),
    ast.In: ("not in",),
    ast.NotIn: ("in",),
    ast.Is: ("is not",),
    ast.IsNot: ("is",),
}
_RECKONED: dict[type[ast.operator], str] = {
    ast.Add: "-",
    ast.Sub: "+",
    ast.Mult: "/",
    ast.Div: "*",
    ast.FloorDiv: "/",
    ast.Mod: "*",
    ast.Pow: "*",
    ast.BitOr: "&",
    ast.BitAnd: "|",
}
_TURNED = {"min": "max", "max": "min", "any": "all", "all": "any", "ROUND_FLOOR": "ROUND_CEILING"}
_TOLD = {"msg", "what", "action", "words"}  # variables that hold what a person is told
_SAID = {
    "Field",
    "TypeVar",
    "Missing",
    "Omission",
    "Misread",
    "StageError",
    "ContractError",
    "DataError",
    "ParameterError",
    "RenderError",
}


@dataclass(frozen=True)
class Mutation:
    """改动 — one change: the line and the text that it changes there, and what stands there instead."""

    line: int
    start: int
    end: int
    before: str
    after: str
    context: str

    def applied(self, content: bytes) -> bytes:
        """The source with the change; offsets are those of UTF-8."""
        return content[: self.start] + self.after.encode() + content[self.end :]

    @property
    def words(self) -> str:
        """What was changed into what, on one line."""
        return f"{' '.join(self.before.split())} → {' '.join(self.after.split())}"


def mutations(content: bytes) -> list[Mutation]:
    """Every change of a module, in the order of the text."""
    tree = ast.parse(content)
    found = {(one.start, one.end, one.after): one for one in _Finder(content).of(tree)}
    return [found[key] for key in sorted(found)]


def _is_program(content: bytes) -> bool:
    try:
        ast.parse(content)
    except SyntaxError:
        return False
    return True


def chosen(content: bytes, seed: str, count: int) -> list[Mutation]:
    """So many of them at random, each at another place."""
    chance = random.Random(seed)  # noqa: S311 - a sample, no secret
    at: dict[tuple[int, int], list[Mutation]] = {}
    for one in mutations(content):
        at.setdefault((one.start, one.end), []).append(one)
    places = sorted(at)
    chance.shuffle(places)
    drawn = (chance.choice(at[place]) for place in places)
    usable = (one for one in drawn if _is_program(one.applied(content)))
    return sorted(islice(usable, count), key=lambda one: one.start)


class _Finder:
    """Walks a module and tells every change; annotations, docstrings and words of messages are passed over."""

    def __init__(self, content: bytes) -> None:
        self.content = content
        self.lines = content.splitlines(keepends=True)
        self.offsets = [0]
        for line in self.lines:
            self.offsets.append(self.offsets[-1] + len(line))

    def of(self, node: ast.AST, *, said: bool = False) -> Iterator[Mutation]:
        """The changes of a node and of all below it; nothing ``said`` in a message is changed."""
        yield from self._changes(node, said=said)
        for name, child in self._below(node):
            inside = said or isinstance(node, ast.JoinedStr) or self._is_message(node, name)
            yield from self.of(child, said=inside)

    def _below(self, node: ast.AST) -> Iterator[tuple[str, ast.AST]]:
        if _is_for_types(node) or _is_list_of_names(node):
            return
        for name, value in ast.iter_fields(node):
            if name in {"annotation", "returns", "decorator_list", "type_comment"}:
                continue
            for child in value if isinstance(value, list) else [value]:
                passed = _is_docstring(child) or _is_width(node, child) or _is_assertion(child)
                if isinstance(child, ast.AST) and not passed and self._is_placed(node, child):
                    yield name, child

    def _is_placed(self, node: ast.AST, child: ast.AST) -> bool:
        """Whether the tree knows where a child stands: within texts with placeholders Python 3.11 may not."""
        if not isinstance(node, ast.FormattedValue) or not isinstance(child, ast.expr):
            return True
        try:
            there = ast.parse(f"({self._text(child)})", mode="eval").body
        except (SyntaxError, UnicodeDecodeError):
            return False
        return ast.dump(there) == ast.dump(child)

    def _is_message(self, node: ast.AST, field: str) -> bool:
        """Whether what stands in a field of the node is what a person is told."""
        if isinstance(node, ast.Raise):
            return True
        if isinstance(node, ast.Assign):
            names = {one.id for target in node.targets for one in ast.walk(target) if isinstance(one, ast.Name)}
            return bool(names & _TOLD)
        return (
            isinstance(node, ast.Call) and field != "func" and isinstance(node.func, ast.Name) and node.func.id in _SAID
        )

    def _changes(self, node: ast.AST, *, said: bool) -> Iterator[Mutation]:
        yield from self._of_operator(node, said=said)
        yield from self._of_expression(node, said=said)
        yield from self._of_statement(node)
        yield from self._of_collection(node)

    def _of_expression(self, node: ast.AST, *, said: bool) -> Iterator[Mutation]:
        match node:
            case ast.UnaryOp(op=ast.Not(), operand=operand):
                yield self._told(node, f"bool({self._text(operand)})")
            case ast.UnaryOp(op=ast.USub(), operand=operand):
                yield self._told(node, f"({self._text(operand)})")
            case ast.IfExp(test=test, body=body, orelse=other) if not said:
                words = f"{self._text(other)} if {self._text(test)} else {self._text(body)}"
                yield self._told(node, f"({words})")
            case ast.comprehension(ifs=ifs):
                for one in ifs:
                    yield self._told(one, "True")
            case ast.Name(id=name) if name in _TURNED and isinstance(node.ctx, ast.Load):
                yield self._told(node, _TURNED[name])
            case ast.Constant(value=value) if not said:
                yield from self._of_constant(node, value)

    def _of_operator(self, node: ast.AST, *, said: bool) -> Iterator[Mutation]:
        match node:
            case ast.Compare(left=left, ops=ops, comparators=others):
                for op, (one, other) in zip(ops, pairwise([left, *others]), strict=True):
                    start, end = self._at(one)[1], self._at(other)[0]
                    between = self.content[start:end].decode()
                    for sign in _COMPARED[type(op)]:
                        yield self._between(start, end, between.replace(_SIGNS[type(op)], sign, 1))
            case ast.BoolOp(op=op, values=values):
                sign = " or " if isinstance(op, ast.And) else " and "
                yield self._told(node, f"({sign.join(f'({self._text(one)})' for one in values)})")
            case ast.BinOp(left=left, op=op, right=right) if type(op) in _RECKONED and not said:
                yield self._told(node, f"({self._text(left)} {_RECKONED[type(op)]} {self._text(right)})")

    def _of_constant(self, node: ast.Constant, value: object) -> Iterator[Mutation]:
        if isinstance(value, bool):
            yield self._told(node, str(not value))
        elif isinstance(value, int):
            yield self._told(node, str(value + 1))
            yield self._told(node, f"({value - 1})")
        elif isinstance(value, str) and 0 < len(value) <= _LONGEST_WORD and value != "utf-8":  # Python reads utf-8※ too
            yield self._told(node, repr(f"{value}\u203b"))

    def _of_statement(self, node: ast.AST) -> Iterator[Mutation]:
        match node:
            case ast.If(test=test) | ast.While(test=test) if not _is_for_types(node):
                yield self._told(test, f"not ({self._text(test)})")
            case ast.Expr(value=ast.Call() | ast.Yield() | ast.YieldFrom()) | ast.AugAssign() | ast.Raise():
                yield self._told(node, "pass")
            case ast.Continue() | ast.Break():
                yield self._told(node, "pass")
            case ast.Return(value=value) if value is not None and not _is_none(value):
                yield self._told(node, "return None")

    def _of_collection(self, node: ast.AST) -> Iterator[Mutation]:
        """One element less of a set, a tuple, a list or a table that the module holds."""
        elements: list[list[ast.expr]] = []
        if isinstance(node, ast.Dict):
            elements = [[key, value] for key, value in zip(node.keys, node.values, strict=True) if key is not None]
        elif isinstance(node, ast.Set | ast.Tuple | ast.List) and isinstance(
            getattr(node, "ctx", ast.Load()), ast.Load
        ):
            elements = [[one] for one in node.elts]
        if len(elements) < 2 or not all(isinstance(one[0], ast.Constant) for one in elements):
            return
        for one, after in pairwise(elements):
            yield self._between(self._at(one[0])[0], self._at(after[0])[0], "")
        before, end = self._at(elements[-2][-1])[1], self._at(elements[-1][-1])[1]
        followed = self.content[end:].lstrip().startswith(b",")
        yield self._between(before, end, "" if followed else ",")

    def _told(self, node: ast.AST, after: str) -> Mutation:
        return self._between(*self._at(node), after)

    def _between(self, start: int, end: int, after: str) -> Mutation:
        line = next(number for number, offset in enumerate(self.offsets) if offset > start)
        context = self.lines[line - 1].decode().strip()
        return Mutation(line, start, end, self.content[start:end].decode(), after, context)

    def _at(self, node: ast.AST) -> tuple[int, int]:
        start = self.offsets[node.lineno - 1] + node.col_offset  # type: ignore[attr-defined]
        end = self.offsets[node.end_lineno - 1] + node.end_col_offset  # type: ignore[attr-defined]
        return start, end

    def _text(self, node: ast.AST) -> str:
        start, end = self._at(node)
        return (
            f"({self.content[start:end].decode()})"
            if isinstance(node, ast.IfExp | ast.BoolOp | ast.Lambda)
            else (self.content[start:end].decode())
        )


def _is_for_types(node: ast.AST) -> bool:
    return isinstance(node, ast.If) and isinstance(node.test, ast.Name) and node.test.id == "TYPE_CHECKING"


def _is_list_of_names(node: ast.AST) -> bool:
    return isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name) and node.targets[0].id == "__all__"


def _is_docstring(node: ast.AST) -> bool:
    return isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)


def _is_width(node: ast.AST, child: ast.AST) -> bool:
    """Whether a child tells how wide the columns of a table are: a matter of looks."""
    named = isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "Table"
    return named and child in node.args[5:6]  # type: ignore[attr-defined]


def _is_assertion(child: ast.AST) -> bool:
    """Whether it says that two lists are as long as each other, which makes no difference as long as it is true."""
    return isinstance(child, ast.keyword) and child.arg == "strict"


def _is_none(node: ast.expr) -> bool:
    return isinstance(node, ast.Constant) and node.value is None
