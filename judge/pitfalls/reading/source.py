"""What the learner's text says about a line: its statement, the name that is assigned there."""

import ast
from collections.abc import Iterator
from functools import cached_property

MAX_SOURCE = 1 << 17  # characters; a syntax tree takes hundreds of times as much
OWN = {"self", "cls"}  # what a method's object holds was not chosen by who calls it
CASTING = {
    "astype",
    "asarray",
    "array",
    "convert_element_type",
    "reduce_precision",
    "cast",
    "bfloat16",
    "tree_cast",
}
HOW = ("cast", "half", "16", "32", "low", "mixed", "precision", "dtype", "compute", "amp", "full")


class Source:
    """A submission's text; everything is empty where it can't be parsed, or is too long to be."""

    def __init__(self, text: str) -> None:
        self.text = text if len(text) <= MAX_SOURCE else ""
        self._found: dict[int, ast.stmt | None] = {}

    @cached_property
    def tree(self) -> ast.Module:
        """The syntax tree."""
        try:
            return ast.parse(self.text)
        except (SyntaxError, ValueError, RecursionError, MemoryError):
            return ast.Module(body=[], type_ignores=[])

    @cached_property
    def statements(self) -> list[ast.stmt]:
        """All of them, those within others too."""
        return [node for node in ast.walk(self.tree) if isinstance(node, ast.stmt)]

    @cached_property
    def calls(self) -> list[ast.Call]:
        """All of them, wherever they stand."""
        return [node for node in ast.walk(self.tree) if isinstance(node, ast.Call)]

    @cached_property
    def given(self) -> dict[str, list[ast.expr]]:
        """What plain names are given by assignments."""
        found: dict[str, list[ast.expr]] = {}
        for node in self.statements:
            for target in node.targets if isinstance(node, ast.Assign) else ():
                if isinstance(target, ast.Name) and isinstance(node, ast.Assign):
                    found.setdefault(target.id, []).append(node.value)
        return found

    def statement(self, line: int) -> ast.stmt | None:
        """The smallest statement that this line is part of."""
        if line not in self._found:
            self._found[line] = self._statement(line)
        return self._found[line]

    def _statement(self, line: int) -> ast.stmt | None:
        around = [node for node in self.statements if node.lineno <= line <= (node.end_lineno or node.lineno)]
        return min(around, key=lambda node: (node.end_lineno or node.lineno) - node.lineno, default=None)

    def same_statement(self, one: int, other: int) -> bool:
        """Whether two lines belong to one simple statement."""
        if one == other:
            return True
        first = self.statement(one)
        return first is not None and not hasattr(first, "body") and first is self.statement(other)

    def only_expression(self, line: int) -> ast.expr | None:
        """What a function around this line returns when it does nothing else.

        A lambda that is given a name counts, too.
        """
        statement = self.statement(line)
        if isinstance(statement, ast.Assign) and isinstance(statement.value, ast.Lambda):
            return statement.value.body
        if not isinstance(statement, ast.Return) or statement.value is None:
            return None
        around = self.enclosing(line)
        if around is None:
            return None
        body = [item for item in around.body if not _is_docstring(item)]
        return statement.value if body == [statement] else None

    def name(self, line: int | None) -> str | None:
        """The name that is assigned by the statement at this line, None when there is not exactly one."""
        node = None if line is None else self.statement(line)
        if isinstance(node, ast.Assign) and len(node.targets) == 1:
            target: ast.expr = node.targets[0]
        elif isinstance(node, ast.AnnAssign | ast.AugAssign):
            target = node.target
        else:
            return None
        return target.id if isinstance(target, ast.Name) else None

    def rebinds(self, line: int) -> bool:
        """Whether the statement at a line assigns to what it reads, as in `params = cast(params)`."""
        statement = self.statement(line)
        if not isinstance(statement, ast.Assign):
            return False
        targets = [item for target in statement.targets for item in _parts(target)]
        read = {ast.unparse(node) for node in ast.walk(statement.value) if isinstance(node, ast.expr)}
        return any(ast.unparse(target) in read for target in targets)

    def overwrites(self, line: int) -> bool:
        """Whether the statement at a line puts into an object what it reads of it, or what was read before.

        As `nnx.update(model, cast(nnx.state(model)))`, and `weight.set_value(cast(weight))`.
        """
        statement = self.statement(line)
        call = statement.value if isinstance(statement, ast.Expr) else None
        if not isinstance(call, ast.Call) or called(call) not in {"update", "set_value"} or not call.args:
            return False
        given = list(call.args)
        if called(call) == "set_value" and isinstance(call.func, ast.Attribute):
            given = [call.func.value, *given]
        read = [node for item in given[1:] for node in ast.walk(item) if isinstance(node, ast.expr)]
        names = {node.id for node in read if isinstance(node, ast.Name)}
        around = self.enclosing(line)
        for node in own_nodes(around) if around is not None else ():
            if isinstance(node, ast.Assign) and node.lineno < line:
                targets = [item for target in node.targets for item in _parts(target)]
                if any(isinstance(item, ast.Name) and item.id in names for item in targets):
                    read += [item for item in ast.walk(node.value) if isinstance(item, ast.expr)]
        return any(ast.unparse(node) == ast.unparse(given[0]) for node in read)

    def function(self, name: str) -> ast.FunctionDef | None:
        """The last function of this name at the top of the module."""
        found = [node for node in self.tree.body if isinstance(node, ast.FunctionDef) and node.name == name]
        return found[-1] if found else None

    def returns_several(self, name: str) -> bool:
        """Whether a function of this name, wherever it is, returns a tuple or dict."""
        functions = [
            node for node in self.statements if isinstance(node, ast.FunctionDef) and node.name == name
        ]
        values = [
            node.value
            for function in functions
            for node in own_nodes(function)
            if isinstance(node, ast.Return)
        ]
        return any(isinstance(value, ast.Tuple | ast.Dict | ast.List) for value in values)

    def last_return(self, name: str) -> int | None:
        """The line of a function's last `return`, nested functions left out."""
        function = self.function(name)
        return None if function is None else max(self.return_lines(function), default=None)

    def return_lines(self, function: ast.FunctionDef) -> list[int]:
        """The lines of a function's `return` statements, nested functions left out."""
        return sorted(node.lineno for node in own_nodes(function) if isinstance(node, ast.Return))

    def parameters(self, line: int) -> set[str]:
        """The parameters of the named function that this line is in."""
        around = self.enclosing(line)
        if around is None:
            return set()
        arguments = around.args
        return {item.arg for item in [*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs]}

    def joins_parameters(self, line: int) -> bool:
        """Whether the statement at a line joins two parameters, as they are, of the function around it.

        What is rounded at once (`(prediction - target).astype(half)`) is this line's own affair.
        """
        statement = self.statement(line)
        nodes = list(ast.walk(statement)) if statement is not None else []
        rounded = {*map(_rounded_here, nodes)}
        lambdas = {item.arg for node in nodes if isinstance(node, ast.Lambda) for item in node.args.args}
        parameters = self.parameters(line) | lambdas
        joined = (node for node in nodes if isinstance(node, ast.BinOp) and node not in rounded)
        pairs = [[node.left, node.right] for node in joined]
        pairs += [node.args[:2] for node in nodes if isinstance(node, ast.Call)]
        return any(
            len(pair) > 1 and all(isinstance(item, ast.Name) and item.id in parameters for item in pair)
            for pair in pairs
        )

    def made_before(self, line: int) -> int | None:
        """Where the last of the objects was made that the statement at this line is given by a plain name."""
        statement, around = self.statement(line), self.enclosing(line)
        if statement is None or around is None:
            return None
        calls = [node for node in ast.walk(statement) if isinstance(node, ast.Call)]
        given = {item.id for call in calls for item in call.args if isinstance(item, ast.Name)}
        made = [
            node.lineno
            for node in around.body
            if isinstance(node, ast.Assign) and node.lineno < line and isinstance(node.value, ast.Call)
            for target in node.targets
            if isinstance(target, ast.Name) and target.id in given
        ]
        return max(made, default=None)

    def casts_by_mode(self, line: int) -> bool:
        """Whether the function around a line casts or not by a parameter that says what it is called for.

        A parameter that says how to compute (`cast=True`) is the caller's decision.
        """
        around, parameters = self.enclosing(line), self.parameters(line)
        modes = {name for name in parameters if not any(word in name.lower() for word in HOW)}
        tests = [node for node in ast.walk(around) if isinstance(node, ast.If | ast.IfExp)] if around else []
        return any(
            modes & _plain_names(node.test)
            and any(isinstance(item, ast.Call) and called(item) in CASTING for item in ast.walk(node))
            for node in tests
        )

    def enclosing(self, line: int) -> ast.FunctionDef | None:
        """The innermost named function that this line is in."""
        return next(iter(self.around(line)), None)

    def around(self, line: int) -> list[ast.FunctionDef]:
        """The named functions that this line is in, innermost first."""
        functions = [
            node
            for node in self.statements
            if isinstance(node, ast.FunctionDef) and node.lineno <= line <= (node.end_lineno or node.lineno)
        ]
        return sorted(functions, key=lambda node: -node.lineno)

    def visible(self, line: int, caller: int) -> bool:
        """Whether the function around a line can be called by its name from another line."""
        function = self.enclosing(line)
        outer = [
            node
            for node in self.statements
            if isinstance(node, ast.FunctionDef)
            and node is not function
            and function is not None
            and node.lineno <= function.lineno <= (node.end_lineno or 0)
        ]
        return all(node.lineno <= caller <= (node.end_lineno or 0) for node in outer)


def _plain_names(test: ast.expr) -> set[str]:
    """The names in a condition that are asked for themselves, and not for an attribute or by a call."""
    if isinstance(test, ast.Name):
        return {test.id}
    if isinstance(test, ast.UnaryOp | ast.BoolOp | ast.Compare):
        return set().union(
            *(_plain_names(item) for item in ast.iter_child_nodes(test) if isinstance(item, ast.expr))
        )
    return set()


def _parts(target: ast.expr) -> list[ast.expr]:
    return list(target.elts) if isinstance(target, ast.Tuple | ast.List) else [target]


def _is_docstring(statement: ast.stmt) -> bool:
    return isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Constant)


def _rounded_here(node: ast.AST) -> ast.expr | None:
    """What a method casts to something else than float32: `a - b` of `(a - b).astype(half)`."""
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and called(node) in CASTING:
        return None if "float32" in ast.unparse(node) else node.func.value
    return None


def called(call: ast.Call) -> str:
    """The name that is called, without what it is an attribute of."""
    function = call.func
    if isinstance(function, ast.Attribute):
        return function.attr
    return function.id if isinstance(function, ast.Name) else ""


def arguments(call: ast.Call) -> list[ast.expr]:
    """What a call is given, by position and by name."""
    return [*call.args, *(keyword.value for keyword in call.keywords)]


def names_in(node: ast.AST) -> set[str]:
    """The variables that are named in something."""
    return {item.id for item in ast.walk(node) if isinstance(item, ast.Name)}


def own_nodes(function: ast.FunctionDef) -> Iterator[ast.AST]:
    """All that stands in a function, what stands in functions and classes within it left out."""
    waiting: list[ast.AST] = list(function.body)
    while waiting:
        node = waiting.pop()
        yield node
        if not isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda | ast.ClassDef):
            waiting.extend(ast.iter_child_nodes(node))
