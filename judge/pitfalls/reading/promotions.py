"""Where a value that was in half precision became float32 again, and by what."""

import ast
from collections.abc import Iterator
from dataclasses import dataclass

from judge.flow.facts import UPDATE, Fact
from judge.flow.program import Frame, Step
from judge.flow.training_step import TrainingStep
from judge.flow.walk import Difference
from judge.pitfalls.reading.blamed_line import blamed_cast, blamed_use
from judge.pitfalls.reading.clues import Clues
from judge.pitfalls.reading.columns import expressions
from judge.pitfalls.reading.matmuls import WHOLE
from judge.pitfalls.reading.source import Source, called, own_nodes
from judge.pitfalls.reading.written.bindings import assigned

SHOWN = 40  # characters of an expression


@dataclass(frozen=True, slots=True, kw_only=True)
class Widening:
    """One step back to full precision.

    Attributes:
        step: the promotion or cast itself.
        met: the operation that it was promoted for, None where a cast was asked for.
        other: the float32 operand of that.
    """

    step: Step
    met: Step | None = None
    other: int | None = None

    @property
    def shows_at(self) -> Step:
        """The operation that computes in full precision by it, or the cast that was asked for."""
        return self.met or self.step


def widening(passes: TrainingStep, operand: int, role: str) -> Widening | None:
    """Where a value got more bits than it had; None where it never was in half precision.

    Args:
        role: whose value is followed, "inputs", "targets" or "parameters": what it met on its way is not.
    """
    waiting, seen = [operand], set[int]()
    while waiting:
        value = waiting.pop()
        step = passes.program.maker(value)
        fact = passes.fact(value)
        if value in seen or step is None or fact.dtype not in WHOLE or not fact.touched:
            continue
        seen.add(value)
        own = [item for item in step.operands if _belongs(passes.fact(item), role)]
        if any(passes.fact(item).half for item in own):
            return _met(passes, step)
        waiting.extend(own)
    return None


def before_error(passes: TrainingStep, error: Difference) -> tuple[Widening, str] | None:
    """Where a side of an error was brought back to full precision before they met, and that side's role."""
    sides = ((error.prediction, "inputs"), (error.targets, "targets"))
    for operand, role in sides:
        found = widening(passes, operand, role)
        if found is not None and found.step.place.frames not in {(), error.step.place.frames}:
            return found, role
    return None


def before_square(passes: TrainingStep, square: Step) -> tuple[Widening, str] | None:
    """Where an error was brought back to full precision on another line than that of its square."""
    found = widening(passes, square.operands[0], "inputs") if square.operands else None
    if found is None or not found.step.place.frames or found.step.place.line == square.place.line:
        return None
    return found, "inputs"


def side(clues: Clues, role: str) -> str:
    """How the sentence about one side of an error begins."""
    return f"`{clues.name('targets')}` was" if role == "targets" else "the prediction was"


def _belongs(fact: Fact, role: str) -> bool:
    if role != "parameters":
        return role in fact.data
    return not fact.data and (fact.parameter or bool({"seed", UPDATE} & fact.depends))


def _met(passes: TrainingStep, step: Step) -> Widening:
    if step.op != "convert_element_type":
        return Widening(step=step)
    for user in passes.program.steps[step.index + 1 :]:
        if step.results[0] in user.operands:
            wide = [item for item in user.operands if _made_wide(passes, item)]
            if user.place.frames == step.place.frames and wide:
                return Widening(step=step, met=user, other=wide[0])
            if user.op not in {"broadcast_in_dim", "reshape"}:
                break
            return _met_by_shape(passes, step, user)
    return Widening(step=step)


def _met_by_shape(passes: TrainingStep, step: Step, shaped: Step) -> Widening:
    """The same where the promoted value was brought to the other's shape in between."""
    for user in passes.program.steps[shaped.index + 1 :]:
        if shaped.results[0] in user.operands and user.place.frames == step.place.frames:
            wide = [item for item in user.operands if _made_wide(passes, item)]
            if wide:
                return Widening(step=step, met=user, other=wide[0])
    return Widening(step=step)


def _made_wide(passes: TrainingStep, operand: int) -> bool:
    """Whether an operand was in full precision by itself, and not brought there to fit."""
    while (step := passes.program.maker(operand)) is not None:
        if step.op == "convert_element_type":
            return not passes.fact(step.operands[0]).half
        if step.op not in {"broadcast_in_dim", "reshape"}:
            break
        operand = step.operands[0]
    return passes.fact(operand).dtype in WHOLE


def account(
    clues: Clues, passes: TrainingStep, found: Widening, what: str, *, of_error: bool = False
) -> tuple[Frame | int | None, str, str]:
    """Line, fact and remedy of a value that was cast and promoted back.

    Args:
        what: the learner's name for the value, as it stands in the sentence.
        of_error: it is a side of the error: a helper that only casts it is right by itself, its call isn't.
    """
    if found.met is None or found.other is None:
        frame = blamed_use(clues, found.step, found.step.operands, [])
        if of_error and frame in found.step.place.frames[:1]:
            frame = blamed_cast(clues, found.step, [])
        message = f"{what} cast to {clues.compute}, and brought back to float32 here"
        return frame, message, f"leave it in {clues.compute} from the cast on"
    frame = blamed_use(clues, found.met, found.met.operands, [])
    name = _name(clues, frame, found.met, found.other)
    by = f"by `{name}`, which is float32" if name else "by a float32 operand"
    message = f"{what} cast to {clues.compute}, and promoted back to float32 here {by}"
    where = frame if frame is None or not name else (_made_at(clues.text, frame, name) or frame)
    if isinstance(where, int):
        message = (
            f"{what} cast to {clues.compute}, and promoted back to float32 by `{name}`, which is made here"
        )
    scalar = passes.fact(found.other).size == 1 or _was_scalar(passes, found.other)
    short = name or "it"
    if scalar:
        remedy = f"use `jnp.{clues.compute}({short})`, or a Python number: neither promotes"
        return where, message, remedy if name else f"make that operand a Python number, or {clues.compute}"
    cast = f"`{short}.astype(jnp.{clues.compute})`" if short.isidentifier() else f"it to {clues.compute}"
    return where, message, f"cast the other operand as well: {cast}" if name else f"cast {cast} as well"


def _made_at(text: Source, frame: Frame, name: str) -> int | None:
    """Where the function that a line is in makes something to be float32: `std = np.ones(n, np.float32)`."""
    function = text.enclosing(frame.line)
    found = [] if function is None else list(assigned(own_nodes(function), name))
    line, value = found[0] if len(found) == 1 else (frame.line, None)
    nodes = ast.walk(value) if value is not None else ()
    written = any("float32" in (getattr(node, "attr", None), getattr(node, "value", None)) for node in nodes)
    return line if written and line != frame.line else None


def _was_scalar(passes: TrainingStep, operand: int) -> bool:
    step = passes.program.maker(operand)
    return step is not None and step.op == "broadcast_in_dim" and passes.fact(step.operands[0]).size == 1


def _name(clues: Clues, frame: Frame | None, met: Step, other: int) -> str | None:
    """The float32 operand as it is written at a frame, None where that isn't plain."""
    if frame is None:
        return None
    position = met.operands.index(other)
    for node in expressions(clues.text, frame.line, frame.column, frame.end_line, frame.end_column):
        parts = list(_operands(node, met.op))
        if position < len(parts):
            name = ast.unparse(parts[position])
            return name if len(name) <= SHOWN and "`" not in name else None
    return None


def _operands(node: ast.expr, op: str) -> Iterator[ast.expr]:
    """The expressions that become an operation's operands, in their order."""
    if isinstance(node, ast.BinOp):
        yield from (node.left, node.right)
    elif isinstance(node, ast.Call) and not any(isinstance(item, ast.Starred) for item in node.args):
        if called(node) == "where" and op == "select_n":
            yield from (node.args[0], *reversed(node.args[1:]))
        elif op in {"concatenate", "stack"} and node.args and isinstance(node.args[0], ast.List | ast.Tuple):
            yield from node.args[0].elts
        elif called(node) in {"multiply", "add", "subtract", "divide", "maximum", "minimum", "matmul", "dot"}:
            yield from node.args
