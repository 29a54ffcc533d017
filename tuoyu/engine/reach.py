"""What of a package a notebook can reach: its modules and data files, read as source, never imported.

Belongs here: the import graph, and what of a source file counts. Comments, formatting and docstrings do not count;
but once any code that is reached reads a docstring, they all do.
"""

from __future__ import annotations

import ast
import io
import json
import tokenize
from dataclasses import dataclass
from dataclasses import field
from functools import cache
from typing import TYPE_CHECKING
from typing import TypeGuard

from tuoyu.workspace.raw import digest

if TYPE_CHECKING:
    from collections.abc import Iterable
    from collections.abc import Iterator
    from collections.abc import Mapping
    from pathlib import Path

_INIT = "__init__"
_DOCUMENTED = (ast.Module, ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef)
_TELLING = (ast.Import, ast.ImportFrom, ast.Name, ast.Attribute, ast.alias, ast.Constant)
_DOCSTRING_READERS = frozenset({"__doc__", "getdoc"})
_IMPORTERS = frozenset({"import_module", "__import__"})
EVERYTHING = "*"
# The fields that count, by kind of node: whether a name is read or bound is told by where it stands.
_FIELDS = {
    kind: tuple(name for name in kind._fields if name not in {"ctx", "type_ignores"})
    for kind in vars(ast).values()
    if isinstance(kind, type) and issubclass(kind, ast.AST)
}


@dataclass(frozen=True)
class Target:
    """One import: ``module``, and ``name`` where something is taken from it (``*`` for everything)."""

    module: str
    name: str = ""


@dataclass(frozen=True)
class Source:
    """A piece of source and what it can reach.

    ``lazy`` are the names that it imports for type checkers alone: a package with ``__getattr__`` hands them out on
    demand. ``words`` are its text constants, among which the names of data files are found.
    """

    statements: str
    docstrings: str
    imports: frozenset[Target] = frozenset()
    lazy: Mapping[str, Target] = field(default_factory=dict)
    words: frozenset[str] = frozenset()
    reads_docstrings: bool = False
    imports_by_name: bool = False


@dataclass(frozen=True)
class Reach:
    """What was reached: digest of every module and data file by name, and the other packages that are imported."""

    items: Mapping[str, str]
    foreign: frozenset[str]


@dataclass(frozen=True)
class Package:
    """The source files of one package as they stand when they are first asked for; each is read once.

    For many editions in one process, hand the same package to each: what was found once is not looked for again.
    """

    folder: Path
    _known: dict[str, Source] = field(default_factory=dict, repr=False, compare=False)
    _found: dict[frozenset[Target], Reach] = field(default_factory=dict, repr=False, compare=False)
    _files: dict[str, Path] = field(default_factory=dict, repr=False, compare=False)
    _data: list[str] = field(default_factory=list, repr=False, compare=False)
    _digests: dict[str, str] = field(default_factory=dict, repr=False, compare=False)

    def __post_init__(self) -> None:
        # Not all that lies in the folder is looked into, but all of it is listed: a new module may hide a name.
        for path in sorted(self.folder.rglob("*")):
            relative = path.relative_to(self.folder.parent)
            if path.is_file() and "__pycache__" not in relative.parts:
                self._files[_name_of(relative)] = path
        self._data.extend(name for name in self._files if "/" in name)

    @property
    def name(self) -> str:
        """The name under which the package is imported."""
        return self.folder.name

    def raw_digest(self) -> str:
        """SHA-256 of all files of the package as they are, byte for byte."""
        if "" not in self._digests:
            lines = [f"{name} {digest(path.read_bytes())}" for name, path in self._files.items()]
            self._digests[""] = digest("\n".join(lines).encode())
        return self._digests[""]

    def reach(self, imports: Iterable[Target], *, docstrings: bool = False) -> Reach:
        """All that can be reached from these imports; ``docstrings`` if the importing code reads them."""
        wanted = frozenset((*imports, *({Target(_INIT, "__doc__")} if docstrings else ())))
        if wanted not in self._found:
            self._found[wanted] = self._search(wanted, docstrings=docstrings)
        return self._found[wanted]

    def _search(self, imports: frozenset[Target], *, docstrings: bool) -> Reach:
        reached: dict[str, Source] = {}
        foreign: set[str] = set()
        waiting = list(imports)
        while waiting:
            target = waiting.pop()
            if target.module.partition(".")[0] != self.name:
                foreign.add(target.module.partition(".")[0])
                continue
            for name in self._modules_behind(target):
                if name not in reached:
                    reached[name] = self._source(name)
                    waiting += self._onward(reached[name])
        documented = docstrings or any(source.reads_docstrings for source in reached.values())
        items = {
            name: digest(f"{source.statements} {source.docstrings if documented else ''}".encode())
            for name, source in reached.items()
        }
        data = {name for source in reached.values() for name in self._data_named_in(source)}
        items |= {name: digest(self._files[name].read_bytes()) for name in data}
        return Reach(dict(sorted(items.items())), frozenset(foreign - {_INIT}))

    def _onward(self, source: Source) -> Iterator[Target]:
        yield from source.imports
        # What is imported by a name made at run time cannot be followed, unless it is one of the lazy names.
        if source.imports_by_name and not source.lazy:
            yield from (Target(name) for name in self._files if "/" not in name)

    def _modules_behind(self, target: Target) -> Iterator[str]:
        parts = target.module.split(".")
        for length in range(1, len(parts) + 1):
            name = ".".join(parts[:length])
            if name in self._files:
                yield name
        if target.module not in self._files:
            return
        below = f"{target.module}.{target.name}"
        lazy = self._source(target.module).lazy
        if below in self._files:
            yield below
        elif target.name in lazy:
            yield from self._modules_behind(lazy[target.name])
        elif target.name in {"", EVERYTHING}:
            for behind in lazy.values():
                yield from self._modules_behind(behind)

    def _source(self, name: str) -> Source:
        if name not in self._known:
            path = self._files[name]
            home = name if path.stem == _INIT else name.rpartition(".")[0]
            self._known[name] = read_source((path.read_text(encoding="utf-8", errors="replace"),), home)
        return self._known[name]

    def _data_named_in(self, source: Source) -> Iterator[str]:
        named = {name for name in self._data if name.rpartition("/")[2] in source.words}
        yield from named
        # A folder that is named while none of its files is: the file's name is made at run time.
        for word in source.words & self._files.keys():
            beside = {name for name in self._data if name.rpartition("/")[0] == word.replace(".", "/")}
            if not beside & named:
                yield from beside


def _name_of(relative: Path) -> str:
    """``a.b`` for a module or package, the path with ``/`` for any other file."""
    if relative.suffix != ".py":
        return relative.as_posix()
    parts = relative.with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == _INIT else parts)


@cache
def read_source(cells: tuple[str, ...], home: str = "") -> Source:
    """The source of a module in the package ``home``, or, without ``home``, of the code cells of a notebook.

    How the code is cut into cells counts. What cannot be parsed counts as it is written, and reaches nothing.

    >>> read_source(("import a.b  # why",)) == read_source(("import a.b",))
    True
    """
    trees = [_parsed(cell) for cell in cells]
    reading = _Reading(in_module=bool(home))
    for tree in trees:
        reading.read(tree)
    quiet = [not home and _is_quiet(cell) for cell in cells]
    return Source(
        statements=digest(json.dumps([reading.statements, quiet]).encode()),
        docstrings=digest(json.dumps(reading.docstrings).encode()),
        imports=frozenset(target for node in reading.imports for _, target in _imports(node, home)),
        lazy=_lazy_names(trees, home),
        words=frozenset(reading.words),
        reads_docstrings=bool(reading.mentioned & _DOCSTRING_READERS),
        imports_by_name=bool(reading.mentioned & _IMPORTERS),
    )


@dataclass(frozen=True)
class _Reading:
    """One walk over the nodes of some source, for all that is asked of it; ``in_module`` or in cells of a notebook.

    ``statements`` are its nodes written out, kinds and values, each field in its place. What stands below
    ``if TYPE_CHECKING`` is a statement like any other but has no part in a run: nothing else is taken from it.
    """

    in_module: bool
    statements: list[str] = field(default_factory=list)
    docstrings: list[str] = field(default_factory=list)
    imports: list[ast.Import | ast.ImportFrom] = field(default_factory=list)
    words: set[str] = field(default_factory=set)
    mentioned: set[str] = field(default_factory=set)

    def read(self, node: ast.AST, *, live: bool = True) -> None:
        """Take in a node with all below it."""
        kind, values, write = type(node), vars(node), self.statements.append
        write(kind.__name__)
        if live and kind in _TELLING:
            self._note(node)
        aside = self._docstring(node) if isinstance(node, _DOCUMENTED) else ()
        for name in _FIELDS[kind]:
            value = values.get(name)
            if isinstance(value, list):
                write("[")
                below = live and not (name == "body" and _is_for_types(node))
                for one in value:
                    if isinstance(one, ast.AST):
                        if one not in aside:
                            self.read(one, live=below)
                    else:
                        write(repr(one))
                write("]")
            elif isinstance(value, ast.AST):
                self.read(value, live=live)
            else:
                write(repr(value))

    def _note(self, node: ast.AST) -> None:
        if isinstance(node, ast.Constant):
            self.words.update([node.value] if isinstance(node.value, str) else ())
        elif isinstance(node, (ast.Import, ast.ImportFrom)):
            self.imports.append(node)
        else:
            self.mentioned.add(_name_in(node))

    def _docstring(
        self, node: ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef
    ) -> tuple[ast.stmt, ...]:
        """The docstring of a node, put aside; a text that opens a cell is none, for the cell shows it."""
        is_cell = isinstance(node, ast.Module) and not self.in_module
        if is_cell or not (node.body and _is_text(node.body[0])):
            return ()
        self.docstrings.append(f"{getattr(node, 'name', '')}: {ast.get_docstring(node)}")
        return (node.body[0],)


def _parsed(text: str) -> ast.Module:
    try:
        return ast.parse(text)
    except (SyntaxError, ValueError):
        return ast.Module(body=[ast.Expr(ast.Constant(value=text.encode()))], type_ignores=[])


def _is_quiet(cell: str) -> bool:
    """Whether a cell ends with a semicolon, by which IPython shows no result."""
    if ";" not in cell:
        return False
    passed = {tokenize.COMMENT, tokenize.NL, tokenize.NEWLINE, tokenize.ENDMARKER}
    try:
        tokens = [token for token in tokenize.generate_tokens(io.StringIO(cell).readline) if token.type not in passed]
    except (tokenize.TokenError, SyntaxError):
        return False
    return bool(tokens) and tokens[-1].string == ";"


def _is_text(statement: ast.stmt) -> bool:
    value = statement.value if isinstance(statement, ast.Expr) else None
    return isinstance(value, ast.Constant) and isinstance(value.value, str)


def _is_for_types(node: ast.AST) -> TypeGuard[ast.If]:
    return isinstance(node, ast.If) and _name_in(node.test) == "TYPE_CHECKING"


def _name_in(node: ast.AST) -> str:
    """The name that a node mentions: of a variable, an attribute, or what is imported."""
    if isinstance(node, ast.Name):
        return node.id
    if isinstance(node, ast.Attribute):
        return node.attr
    return node.name if isinstance(node, ast.alias) else ""


def _imports(node: ast.AST, home: str) -> Iterator[tuple[str, Target]]:
    """The names that an import statement binds, each with what stands behind it."""
    if isinstance(node, ast.Import):
        for alias in node.names:
            yield alias.asname or alias.name, Target(alias.name)
    elif isinstance(node, ast.ImportFrom):
        above = home.split(".")[: len(home.split(".")) - node.level + 1] if node.level else []
        module = ".".join([*above, *([node.module] if node.module else [])])
        for alias in node.names:
            yield alias.asname or alias.name, Target(module, alias.name)


def _lazy_names(trees: list[ast.Module], home: str) -> dict[str, Target]:
    """What a module with a ``__getattr__`` of its own imports for type checkers alone, by name."""
    statements = [statement for tree in trees for statement in tree.body]
    if not any(isinstance(one, ast.FunctionDef) and one.name == "__getattr__" for one in statements):
        return {}
    inner = [inner for one in statements if _is_for_types(one) for inner in one.body]
    return {name: target for statement in inner for name, target in _imports(statement, home)}
