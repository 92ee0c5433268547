"""Where it is asked whether gradients are finite, and where an answer multiplies what it should choose."""

import ast
from collections.abc import Iterator

from judge.flow.program import Step
from judge.flow.training_step import TrainingStep
from judge.pitfalls.next_scale.bindings import key_of
from judge.pitfalls.next_scale.lines import Lines, lines_of
from judge.pitfalls.next_scale.slips.questions import one_sided, overwritten, row_alone
from judge.pitfalls.next_scale.words import ASKING, CHOOSING, FLAG, GRADIENTS, SCALE, compares, inside
from judge.pitfalls.reading.clues import Clues
from judge.pitfalls.reading.source import OWN, arguments, called, names_in

ENOUGH = {"any"}  # one finite element answers for all
HALVES = {
    "isnan": "this asks for NaN only, and infinities pass",
    "isinf": "this asks for infinities only, and NaN passes",
}
LIBRARY = {"apply_if_finite", "DynamicScale", "last_finite"}
ERRORS = "max_consecutive_errors"
OUTSIDE = {"np", "numpy", "onp", "math"}
FIRST = {"ravel", "flatten", "reshape"}


def check_line(clues: Clues) -> int | None:
    """Where something less than all gradients is looked at, or a helper is given it to look at."""
    lines = lines_of(clues)
    return min((_blamed(clues, node) for node in _asking(lines)), default=None)


def decides(clues: Clues) -> bool:
    """Whether an answer to what is finite decides about the scale, be it the wrong question."""
    lines = lines_of(clues)
    library = any(key_of(node).strip(".") in LIBRARY for node in lines.nodes)
    if not library and next(_asking(lines), None) is None:
        return False
    asked = any(isinstance(node, ast.If) and lines.is_question(node.test) for node in lines.nodes)
    return asked or bool(lines.deciding(SCALE, {FLAG}))


def asks_elsewhere(clues: Clues) -> bool:
    """Whether NumPy or Python asks what is finite, which no flow shows."""
    calls = [node for node in _asking(lines_of(clues)) if isinstance(node, ast.Call)]
    return any(ast.unparse(node.func).partition(".")[0] in OUTSIDE for node in calls)


def wrong_question(clues: Clues) -> tuple[int, str] | None:
    """Where gradients are asked, but not whether all of their elements are finite, and what in its place."""
    lines = lines_of(clues)
    last = overwritten(lines) or one_sided(lines)
    if last is not None:
        return last
    asking = list(_asking(lines))
    calls = sorted((node for node in asking if isinstance(node, ast.Call)), key=lambda call: call.lineno)
    names = {called(call) for call in calls}
    plain = not any(isinstance(node, ast.BinOp) for call in calls for node in inside(call.args))
    if len(names) == 1 and names <= HALVES.keys() and plain and len(calls) == len(asking):
        return calls[0].lineno, HALVES[names.pop()]
    for node in lines.nodes:
        if isinstance(node, ast.Call) and called(node) in ENOUGH and "isfinite" in _asked_in(node):
            what = "gradient" if "all" in _asked_in(node) else "element"
            message = f"this asks for one finite {what}, and the others pass"
            return None if _is_turned(node) else (node.lineno, message)
    first = [call.lineno for call in calls if _first_element(call)]
    return (first[0], "this asks the first element only, and the others pass") if first else row_alone(lines)


def half_asked(clues: Clues) -> tuple[int, str] | None:
    """Where gradients are asked for NaN only, or for infinities, and what passes."""
    calls = [node for node in _asking(lines_of(clues)) if isinstance(node, ast.Call)]
    return next(((node.lineno, HALVES[called(node)]) for node in calls if called(node) in HALVES), None)


def _is_turned(call: ast.Call) -> bool:
    """Whether what is asked for may be the opposite: one element that isn't finite."""
    nodes = _of_method(call)
    return any(isinstance(node, ast.UnaryOp | ast.Compare | ast.IfExp) for node in nodes) or any(
        isinstance(node, ast.Call) and called(node) in {*CHOOSING, "logical_not", "invert", "bitwise_not"}
        for node in nodes
    )


def no_errors_line(clues: Clues) -> int | None:
    """Where `optax.apply_if_finite` is told to leave nothing out: one error is one more than it allows."""
    lines = lines_of(clues)
    for node in lines.nodes:
        if isinstance(node, ast.Call) and called(node) == "apply_if_finite":
            named = [item.value for item in node.keywords if item.arg == ERRORS]
            if any(lines.words.number(item) == 0 for item in [*node.args[1:2], *named]):
                return node.lineno
            settings = [item.value for item in node.keywords if item.arg is None]
            for item in [*settings, *(value for one in settings for value in _given(lines, one))]:
                written = _setting(item)
                if written is not None and lines.words.number(written) == 0:
                    return written.lineno
    return None


def _given(lines: Lines, name: ast.expr) -> list[ast.expr]:
    return lines.words.bindings.values.get(key_of(name), [])


def _setting(settings: ast.expr) -> ast.expr | None:
    """How many errors a dict allows."""
    if isinstance(settings, ast.Dict):
        pairs = zip(settings.keys, settings.values, strict=True)
        return next((value for key, value in pairs if getattr(key, "value", None) == ERRORS), None)
    keywords = settings.keywords if isinstance(settings, ast.Call) else []
    return next((item.value for item in keywords if item.arg == ERRORS), None)


def mask_line(clues: Clues) -> Step | int | None:
    """Where gradients, a rate or parameters are multiplied by 0 or 1."""
    lines = lines_of(clues)
    written = lines.masks() or lines.masked_rates()
    if written:
        return written[0]
    return None if clues.passes is None else next(_masks(clues.passes), None)


def _masks(passes: TrainingStep) -> Iterator[Step]:
    for step in passes.program.steps:
        multiplies = step.op in {"mul", "dot_general"} and step.place.phase == "" and step.place.frames
        if multiplies and any(_was_truth(passes, operand) for operand in step.operands):
            yield step


def _was_truth(passes: TrainingStep, operand: int) -> bool:
    for step in passes.chain(operand):
        before = passes.fact(step.operands[0])
        if step.op == "convert_element_type" and before.dtype == "bool":
            return bool(before.data)
    return False


def _asking(lines: Lines) -> Iterator[ast.expr]:
    for node in lines.nodes:
        if (isinstance(node, ast.Call) and called(node) in ASKING) or compares(node):
            yield node  # type: ignore[misc] # both are expressions


def _blamed(clues: Clues, asked: ast.expr) -> int:
    """The line of a question, or of the call that asks it of the wrong thing."""
    text, line = clues.text, asked.lineno
    asking = _asking_lambda(clues, asked)
    if asking is not None:
        return asking
    function = text.enclosing(line)
    if function is None or function.name == clues.problem.entry_point or not _of_parameters(clues, asked):
        return line
    calls = [
        node
        for node in ast.walk(text.tree)
        if isinstance(node, ast.Call) and called(node) == function.name and not _within(function, node.lineno)
    ]
    if len(calls) != 1 or any(isinstance(item, ast.Subscript) for item in ast.walk(asked)):
        return line
    given = arguments(calls[0])
    return line if any(map(_is_all, given)) else calls[0].lineno


def _asking_lambda(clues: Clues, asked: ast.expr) -> int | None:
    """The line of the one call of a lambda that has a name and asks all that it is given."""
    nodes = lines_of(clues).nodes
    for node in nodes:
        own = node.value if isinstance(node, ast.Assign) else None
        if isinstance(node, ast.Assign) and isinstance(own, ast.Lambda) and _is_in(asked, own):
            names = {key_of(target) for target in node.targets}
            calls = [item for item in nodes if isinstance(item, ast.Call) and key_of(item.func) in names]
            parts = any(isinstance(item, ast.Subscript) for item in ast.walk(own))
            if len(calls) == 1 and "" not in names and not parts:
                return None if any(map(_is_all, arguments(calls[0]))) else calls[0].lineno
    return None


def _is_in(asked: ast.expr, whole: ast.expr) -> bool:
    return any(item is asked for item in ast.walk(whole))


def _of_parameters(clues: Clues, asked: ast.expr) -> bool:
    """Whether what is asked is what the function around was given, and nothing that it made itself."""
    function = clues.text.enclosing(asked.lineno)
    if function is None or not clues.text.parameters(asked.lineno) - OWN:
        return False
    own = lines_of(clues).words.bindings.functions.keys() | GRADIENTS
    names, made = names_in(asked), set[str]()
    for node in ast.walk(function):
        calls = (
            [item for item in ast.walk(node) if isinstance(item, ast.Call)]
            if isinstance(node, ast.Assign)
            else []
        )
        if isinstance(node, ast.Assign) and any(
            called(item) in own or isinstance(item.func, ast.Call) for item in calls
        ):
            made |= {name for target in node.targets for name in names_in(target)}
    return not names & made


def _is_all(given: ast.expr) -> bool:
    """Whether a name is that of all gradients, as far as names can be trusted."""
    name = key_of(given).strip(".").lower()
    return "grad" in name or name in {"g", "gs", "updates"}


def _within(function: ast.FunctionDef, line: int) -> bool:
    return function.lineno <= line <= (function.end_lineno or function.lineno)


def _of_method(call: ast.Call) -> list[ast.AST]:
    held = [call.func.value] if isinstance(call.func, ast.Attribute) else []
    return list(inside([*held, *call.args]))


def _asked_in(call: ast.Call) -> set[str]:
    return {called(node) for node in _of_method(call) if isinstance(node, ast.Call) and node is not call}


def _first_element(call: ast.Call) -> bool:
    """Whether what is asked is one number of an array: `g.ravel()[0]`."""
    nodes = list(inside(call.args))
    taken = [
        node for node in nodes if isinstance(node, ast.Subscript) and isinstance(node.slice, ast.Constant)
    ]
    flat = [node for node in nodes if isinstance(node, ast.Call) and called(node) in FIRST]
    return bool(flat) and any(key_of(node.value) == "" for node in taken)
