"""Which line to name where parts are added, left out or applied in the wrong way."""

import ast
from collections.abc import Iterable, Sequence

from judge.flow.program import Frame, Step
from judge.flow.training_step import Gradient, TrainingStep
from judge.flow.walk import SUMS
from judge.pitfalls.reading.blamed_line import first_with_line
from judge.pitfalls.reading.clues import Clues
from judge.pitfalls.reading.nonlinear import parting
from judge.pitfalls.reading.source import OWN, Source, arguments, called
from judge.pitfalls.reading.written.bindings import parameters

STORING = {"scatter", "dynamic_update_slice"}
LOOPS = {"scan", "fori_loop", "while_loop", "map", "reduce", "associated_scan"}


def update_frame(passes: TrainingStep, gradient: Gradient) -> Frame | None:
    """Where the parameters move, in the function that has their gradients as well."""
    steps = [*([gradient.update.step] if gradient.update else []), *reversed(gradient.region)]
    step = first_with_line(steps)
    return None if step is None else apart(step, made(passes, gradient))


def made(passes: TrainingStep, gradient: Gradient) -> list[Step]:
    """The steps that give the raw gradients."""
    found = (passes.program.maker(item) for item in gradient.raw)
    return [step for step in found if step is not None and step.place.frames]


def apart(step: Step, others: Iterable[Step]) -> Frame | None:
    """The frame of a step in the innermost function in which its way and that of another part."""
    frames = step.place.frames
    if not frames:
        return None
    ways = [parting(frames, other.place.frames) for other in others if other.place.frames]
    return min(ways, key=frames.index, default=frames[0])


def overwriting(clues: Clues, gradient: Step) -> Frame | int | None:
    """The line on which a gradient takes the place of what was there before.

    Where it is given another name that is read after the loop, or returned from a loop's body, that line,
    which may leave no trace in the program. Otherwise where the gradient is made.
    """
    text, frames = clues.text, gradient.place.frames
    merging = _merging(text, frames)
    if merging is not None:
        return merging
    frame = next((one for one in frames if in_loop(text, one.line)), frames[0] if frames else None)
    if frame is None or gradient.op in STORING:
        return frame  # `total.at[:].set(...)`, which has its place in the program
    kept = _kept_in_object(text, frames[: frames.index(frame)]) or _kept_in_loop(text, frame.line)
    if kept is not None:
        return kept
    around = text.enclosing(frame.line)
    if (
        around is not None
        and is_loop_body(text, around)
        and _targets(text.statement(frame.line)) & {*parameters(around)}
    ):
        return frame  # what the loop carries is forgotten here
    return _named_later(text, frame.line) or frame


def _named_later(text: Source, line: int) -> int | None:
    """Where what a line gives is kept by a call, given a name that is read after the loop, or returned."""
    statement = text.statement(line)
    found = by_call = _kept_by_call(text, statement)
    names = _targets(statement)
    own = frozenset(names)
    for later in _after(text, line):
        if not names & _read(later):
            continue
        if (kept := _kept_by_call(text, later)) is not None:
            return kept
        if isinstance(later, ast.Assign):
            new = _targets(later) - names
            found = later.lineno if new & _read_after(text, later) else found
            names |= new
        elif isinstance(later, ast.Return) and _first_name(later) in own:
            return by_call or later.lineno  # whatever else has been made of it
        elif isinstance(later, ast.Return) or _updates(later, names):
            found = found or later.lineno
    return found


def _first_name(statement: ast.Return) -> str | None:
    """The name that is returned, or the first of several: what a loop carries on."""
    value = statement.value
    first = value.elts[0] if isinstance(value, ast.Tuple) and value.elts else value
    return first.id if isinstance(first, ast.Name) else None


def _updates(statement: ast.stmt, names: set[str]) -> bool:
    """Whether the entries of a table are written over by those of one of these: `total.update(grads)`."""
    call = statement.value if isinstance(statement, ast.Expr) else None
    return (
        isinstance(call, ast.Call)
        and called(call) == "update"
        and [not names.isdisjoint(_read(item)) for item in arguments(call)] == [True]
        and not names & _read(call.func)
    )


def _merging(text: Source, frames: Sequence[Frame]) -> Frame | None:
    """Where tables of gradients are merged one after the other: `reduce(operator.or_, grads)`."""
    for frame in frames:
        statement = text.statement(frame.line)
        calls = [node for node in ast.walk(statement) if isinstance(node, ast.Call)] if statement else []
        firsts = [call.args[0] for call in calls if called(call) == "reduce" and call.args]
        if any(_merges(text, item) for item in firsts):
            return frame
    return None


def _merges(text: Source, function: ast.expr) -> bool:
    """Whether a function of two tables gives their union, in which the second one's entries win."""
    if getattr(function, "attr", getattr(function, "id", "")) in {"or_", "ior", "__or__", "__ior__"}:
        return True
    named = [node for node in text.statements if getattr(node, "name", "") == getattr(function, "id", None)]
    for node in ast.walk(function if isinstance(function, ast.Lambda) else ast.Module(named, [])):
        if isinstance(node, ast.BinOp) and isinstance(node.op, ast.BitOr):
            return True
        if isinstance(node, ast.Dict) and node.keys and None in node.keys[-1:]:
            return True
    return False


def reset(clues: Clues, passes: TrainingStep, gradient: Gradient) -> Frame | None:
    """Where the zeros that a gradient is added to are made, if that is in the loop over the parts.

    In the function that makes the gradient as well: a helper that makes zeros is called at the wrong time.
    """
    for step in gradient.region:
        if step.op not in SUMS:
            continue
        for item in step.operands:
            maker = passes.program.maker(item)
            if maker is None or not passes.fact(item).zero or not maker.place.frames:
                continue
            frame, frames = apart(maker, made(passes, gradient)), maker.place.frames
            around = frames[frames.index(frame) :] if frame is not None else ()
            if any(in_loop(clues.text, one.line) for one in around):
                return frame
    return None


def taken_in_loop(clues: Clues, passes: TrainingStep, gradient: Gradient) -> Frame | None:
    """The innermost line in a loop by which the last of the raw gradients is taken."""
    last = max(made(passes, gradient), key=lambda step: step.index, default=None)
    frames = () if last is None else last.place.frames
    return next((one for one in frames if in_loop(clues.text, one.line)), next(iter(frames), None))


def in_loop(text: Source, line: int) -> bool:
    """Whether a line is run again and again: in a `for` or `while`, or in the body of a scan."""
    function = text.enclosing(line)
    first = function.lineno if function is not None else 0
    loops = [node for node in text.statements if isinstance(node, ast.For | ast.While)]
    if any(first <= node.lineno <= line <= (node.end_lineno or node.lineno) for node in loops):
        return True
    return function is not None and is_loop_body(text, function)


def is_loop_body(text: Source, function: ast.FunctionDef) -> bool:
    """Whether a function is given to a loop, which calls it on each turn."""
    return function.name in _bodies(text)


def _bodies(text: Source) -> set[str]:
    """Functions that are given to a loop."""
    calls = [node for node in ast.walk(text.tree) if isinstance(node, ast.Call) and called(node) in LOOPS]
    return {
        item.id for call in calls if not _of_leaves(call) for item in call.args if isinstance(item, ast.Name)
    }


def _of_leaves(call: ast.Call) -> bool:
    """Whether it goes through leaves, and not through parts: `jax.tree.map`, `jax.tree_util.tree_map`."""
    holder = call.func.value if isinstance(call.func, ast.Attribute) else call.func
    return getattr(holder, "attr", getattr(holder, "id", "")) in {"tree", "tree_util", "jtu"}


def _kept_by_call(text: Source, statement: ast.stmt | None) -> int | None:
    """Where a function that a statement calls puts an argument, as it is, in the place of something."""
    calls = [node for node in ast.walk(statement) if isinstance(node, ast.Call)] if statement else []
    names = {called(call) for call in calls}
    for function in text.statements:
        if isinstance(function, ast.FunctionDef) and function.name in names:
            given = {item.arg for item in function.args.args} - OWN
            for node in function.body:
                if isinstance(node, ast.Assign) and _holder(node.value) in given:
                    return node.lineno
    return None


def _holder(value: ast.expr) -> str | None:
    """The name that an expression is, or a part of as it is: `grads.bias[...]`, `+grad`."""
    while not isinstance(value, ast.Name):
        if isinstance(value, ast.Attribute | ast.Subscript):
            value = value.value
        elif isinstance(value, ast.UnaryOp) and isinstance(value.op, ast.UAdd):
            value = value.operand
        else:
            return None
    return value.id


def _kept_in_object(text: Source, frames: Sequence[Frame]) -> int | None:
    """Where a helper that makes a gradient puts it into an object: `self.grads[...] = grads[...]`."""
    for frame in frames:
        names = _targets(text.statement(frame.line))
        for later in _after(text, frame.line):
            places = later.targets if isinstance(later, ast.Assign) else []
            if names & _read(later) and any(isinstance(one, ast.Attribute | ast.Subscript) for one in places):
                return later.lineno
    return None


def _kept_in_loop(text: Source, line: int) -> int | None:
    """Where a loop over gradients puts each in its place: `for k, g in grads.items(): sums[k] = g`."""
    loop = text.statement(line)
    if not isinstance(loop, ast.For) or loop.lineno != line:
        return None
    names = {node.id for node in ast.walk(loop.target) if isinstance(node, ast.Name)}
    for item in loop.body:
        places = item.targets if isinstance(item, ast.Assign) else []
        if any(isinstance(one, ast.Subscript) for one in places) and names & _read(item):
            return item.lineno
    return None


def _targets(statement: ast.stmt | None) -> set[str]:
    if not isinstance(statement, ast.Assign):
        return set()
    return {
        node.id for target in statement.targets for node in ast.walk(target) if isinstance(node, ast.Name)
    }


def _after(text: Source, line: int) -> list[ast.stmt]:
    """The simple statements after a line in the same block, and in those that stand in it, in order."""
    statement = text.statement(line)
    for node in ast.walk(text.tree):
        for body in (getattr(node, "body", None), getattr(node, "orelse", None)):
            if isinstance(body, list) and statement in body:
                rest = [inner for item in body[body.index(statement) + 1 :] for inner in ast.walk(item)]
                found = [item for item in rest if isinstance(item, ast.stmt) and not hasattr(item, "body")]
                return sorted(found, key=lambda item: item.lineno)
    return []


def _read(statement: ast.AST) -> set[str]:
    nodes = (node for node in ast.walk(statement) if isinstance(node, ast.Name))
    return {node.id for node in nodes if isinstance(node.ctx, ast.Load)}


def _read_after(text: Source, statement: ast.stmt) -> set[str]:
    """The names that are read after the loop that a statement stands in, or after itself without one."""
    around = [
        node
        for node in text.statements
        if isinstance(node, ast.For | ast.While)
        and node.lineno <= statement.lineno <= (node.end_lineno or node.lineno)
    ]
    end = max((node.end_lineno or 0 for node in around), default=statement.end_lineno or statement.lineno)
    names = (node for node in ast.walk(text.tree) if isinstance(node, ast.Name) and node.lineno > end)
    return {node.id for node in names if isinstance(node.ctx, ast.Load)}
