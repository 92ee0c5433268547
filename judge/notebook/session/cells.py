"""What the cells of a session bind, statement by statement."""

import ast
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

Kind = Literal["function", "class", "import", "value"]
_SCOPES = (
    ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef, ast.Lambda,
    ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp,
)  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Cell:
    """One cell that was run.

    Attributes:
        number: as in `In [3]`.
        raw: as it was written, with its magics. code: what IPython made of it, which is what ran.
    """

    number: int
    raw: str
    code: str

    @property
    def name(self) -> str:
        """As a notebook shows it."""
        return f"In [{self.number}]"

    def written_at(self, line: int) -> int:
        """The line of `raw` that a line of `code` was written in: IPython drops empty ones, joins magics."""
        code, raw = self.code.split("\n"), self.raw.split("\n")
        dropped = len(raw) - len(self.raw.lstrip("\n").split("\n"))
        wanted = code[line - 1].strip()
        near = sorted(range(len(raw)), key=lambda at: abs(at - (line - 1 + dropped)))
        return next((at for at in near if raw[at].strip() == wanted), line - 1 + dropped) + 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Binding:
    """One statement at the top of a cell that gives a name to something.

    Attributes:
        text: what gives it in a program of its own; of a value the expression, where that is a constant or
            a name, else empty.
        line: of `cell.code`, the first one, decorators included.
        decorated: what the name stands for may be something else than was defined.
    """

    name: str
    kind: Kind
    cell: Cell
    line: int
    text: str
    decorated: bool = False

    @property
    def order(self) -> tuple[int, int]:
        """Where it stands among all statements of the session."""
        return self.cell.number, self.line

    @property
    def place(self) -> str:
        """For people: "In [3], line 5"."""
        return f"{self.cell.name}, line {self.cell.written_at(self.line)}"


@dataclass(frozen=True, slots=True, kw_only=True)
class History:
    """All that the cells of a session say of names, in the order in which they ran.

    Attributes:
        bindings: by name, oldest first.
        changes: of a part of what a name stands for (`Model.call = ...`), oldest first.
        stars: modules of which everything was imported. futures: what was imported from `__future__`.
    """

    bindings: dict[str, list[Binding]]
    changes: Sequence[Binding]
    stars: Sequence[str]
    futures: Sequence[str]


def history(cells: Iterable[Cell]) -> History:
    """Read the cells; one that Python can't read bound nothing."""
    found: dict[str, list[Binding]] = {}
    changes: list[Binding] = []
    stars: list[str] = []
    futures: list[str] = []
    for cell in cells:
        try:
            tree = ast.parse(cell.code)
        except (SyntaxError, ValueError, RecursionError, MemoryError):
            continue
        for statement in _statements(tree.body):
            if isinstance(statement, ast.ImportFrom) and statement.module == "__future__":
                futures += [one.name for one in statement.names]
            elif isinstance(statement, ast.ImportFrom) and statement.names[0].name == "*":
                stars.append(statement.module or "")
            for binding in _bindings(statement, cell):
                found.setdefault(binding.name, []).append(binding)
            changes += _changes(statement, cell)
    return History(bindings=found, changes=changes, stars=stars, futures=futures)


def _statements(body: Iterable[ast.stmt]) -> Iterator[ast.stmt]:
    """Those of a cell itself, also within `if`, `for`, `try` and their like, not within functions."""
    for statement in body:
        yield statement
        if not isinstance(statement, _SCOPES):
            for block in _blocks(statement):
                yield from _statements(block)


def _blocks(statement: ast.AST) -> Iterator[list[ast.stmt]]:
    for field in ("body", "orelse", "finalbody"):
        if isinstance(block := getattr(statement, field, None), list):
            yield block
    for part in (*getattr(statement, "handlers", ()), *getattr(statement, "cases", ())):
        yield part.body


def _bindings(statement: ast.stmt, cell: Cell) -> Iterator[Binding]:
    if isinstance(statement, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
        line = min([statement.lineno, *(one.lineno for one in statement.decorator_list)])
        yield Binding(
            name=statement.name,
            kind="class" if isinstance(statement, ast.ClassDef) else "function",
            cell=cell,
            line=line,
            text=_source(cell, line, statement),
            decorated=bool(statement.decorator_list),
        )
    elif isinstance(statement, ast.Import | ast.ImportFrom):
        origin = (
            f"from {'.' * statement.level}{statement.module or ''} "
            if isinstance(statement, ast.ImportFrom)
            else ""
        )
        for one in statement.names:
            name = one.asname or (one.name if origin else one.name.partition(".")[0])
            text = f"{origin}import {one.name}{f' as {one.asname}' if one.asname else ''}"
            if one.name != "*" and origin != "from __future__ ":
                yield Binding(name=name, kind="import", cell=cell, line=statement.lineno, text=text)
    else:
        for stored in _stored(statement):
            text = _expression(statement.value) if isinstance(statement, ast.Assign | ast.AnnAssign) else ""
            yield Binding(name=stored.id, kind="value", cell=cell, line=stored.lineno, text=text)


def _source(cell: Cell, line: int, statement: ast.stmt) -> str:
    """The lines of a definition, moved to the left where it stood within an `if`."""
    lines = cell.code.split("\n")[line - 1 : statement.end_lineno]
    margin = statement.col_offset
    moved = [one[margin:] if not one[:margin].strip() else one for one in lines]
    return "\n".join(one.rstrip("\r") for one in moved)


def _parts(node: ast.AST) -> Iterator[ast.AST]:
    """What is in a statement but for its blocks and for scopes of their own."""
    for field, value in ast.iter_fields(node):
        if isinstance(node, ast.stmt) and field in {"body", "orelse", "finalbody", "handlers", "cases"}:
            continue
        for child in value if isinstance(value, list) else [value]:
            if isinstance(child, ast.AST) and not isinstance(child, _SCOPES):
                yield child
                yield from _parts(child)


def _stored(statement: ast.stmt) -> Iterator[ast.Name]:
    for node in _parts(statement):
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store | ast.Del):
            yield node


def _changes(statement: ast.stmt, cell: Cell) -> Iterator[Binding]:
    for node in _parts(statement):
        if isinstance(node, ast.Attribute | ast.Subscript) and isinstance(node.ctx, ast.Store | ast.Del):
            root: ast.expr = node
            while isinstance(root, ast.Attribute | ast.Subscript):
                root = root.value
            if isinstance(root, ast.Name):
                yield Binding(name=root.id, kind="value", cell=cell, line=node.lineno, text="")


def _expression(value: ast.expr | None) -> str:
    """A constant, a name, or names with dots between, as text; empty for every other expression."""
    inner = value
    while isinstance(inner, ast.Attribute):
        inner = inner.value
    if value is None:
        return ""
    try:
        if not isinstance(inner, ast.Name):
            ast.literal_eval(value)
        return ast.unparse(value)
    except (ValueError, TypeError, SyntaxError, RecursionError, MemoryError):
        return ""
