"""Which line to name: the innermost one that is itself wrong."""

import ast
from collections.abc import Iterable, Iterator

from judge.flow.program import Frame, Step
from judge.flow.training_step import MOVES, Gradient, TrainingStep
from judge.flow.walk import ancestors
from judge.pitfalls.reading.calls import INNER, call_lines, is_called
from judge.pitfalls.reading.clues import Clues
from judge.pitfalls.reading.columns import takes_result
from judge.pitfalls.reading.source import CASTING, OWN, Source, called
from judge.pitfalls.reading.written.rebound import cast_before


def blamed(step: Step, right: Iterable[Step]) -> Frame | None:
    """The frame to blame for a step: the first that no right step shares, mostly the innermost.

    Args:
        right: steps of the same kind that make no mistake, such as the same helper used well elsewhere.
    """
    frames = step.place.frames
    counts = [_shared(frames, other.place.frames) for other in right if other is not step]
    shared = max(
        (count for count in counts if count < len(frames)), default=0
    )  # all of them is the same call
    if not frames:
        return None
    return frames[min(shared, len(frames) - 1)]


def blamed_call(text: Source, step: Step, right: Iterable[Step]) -> Frame | None:
    """The frame to blame for a step in a helper: the call, but not where the helper itself decides to cast.

    `y if train else y.astype(...)` is wrong in there, whoever trains with it.
    """
    frame = blamed(step, right)
    frames = step.place.frames
    inner = frames[: frames.index(frame)] if frame is not None else ()
    return next((one for one in inner if text.casts_by_mode(one.line)), frame)


def element_line(text: Source, step: Step) -> int | None:
    """Where the element of an optax chain was made that asked for a step, where one call is that."""
    for name in reversed(step.place.api):
        package, _, function = name.partition("/")
        maker = function.partition(".")[0]
        names = {maker, maker.removeprefix("scale_by_")} - {"chain"}
        lines = call_lines(text, names, within=None if _gathers(text) else "chain")
        if package == "optax" and "." in function and len(lines) == 1:
            return lines[0]
    return None


def _gathers(text: Source) -> bool:
    """Whether the elements of the one chain are gathered in a list before: `optax.chain(*elements)`."""
    chains = [node for node in text.calls if called(node) == "chain"]
    return len(chains) == 1 and [type(item) for item in chains[0].args] == [ast.Starred]


def blamed_cast(clues: Clues, step: Step, right: Iterable[Step]) -> Frame | None:
    """The frame to blame for a cast.

    Not in a helper that does nothing but cast, since that is right by itself.
    """
    frame = blamed(step, right)
    frames = step.place.frames
    index = frames.index(frame) if frame is not None else 0
    while index + 1 < len(frames) and _only_casts(clues, frames, index):
        index += 1
    # Of a statement of several lines, the innermost.
    while index and _further_down(clues.text, frames[index - 1], frames[index]):
        index -= 1
    return frames[index] if frames else None


def _further_down(text: Source, inner: Frame, outer: Frame) -> bool:
    return inner.line != outer.line and text.same_statement(inner.line, outer.line)


def _only_casts(clues: Clues, frames: tuple[Frame, ...], index: int) -> bool:
    """Whether a frame's function is one expression that casts, and does no more, called elsewhere."""
    text, frame, caller = clues.text, frames[index], frames[index + 1]
    if text.same_statement(frame.line, caller.line):
        return frame.function in INNER
    body = text.only_expression(frame.line)
    if body is None or not text.visible(frame.line, caller.line) or not is_called(text, frame, caller):
        return False
    calls = {called(node) for node in ast.walk(body) if isinstance(node, ast.Call)}
    if not calls & CASTING or any(isinstance(node, ast.BinOp) for node in ast.walk(body)):
        return False
    steps = clues.passes.program.steps if clues.passes is not None else ()
    return all(step.op in MOVES for step in steps if _is_within(step, frames, index))


def _is_within(step: Step, frames: tuple[Frame, ...], index: int) -> bool:
    """Whether a step is done by the call that frame `index` stands in, or by what that calls."""
    callers, own = frames[index + 1 :], len(step.place.frames) - len(frames) + index
    return (
        own >= 0
        and step.place.frames[own].function == frames[index].function
        and (step.place.frames[own + 1 :] == callers)
    )


def blamed_use(clues: Clues, step: Step, operands: Iterable[int], right: Iterable[Step]) -> Frame | None:
    """The frame to blame for operands in the wrong precision.

    Not in a helper that had nothing to do with them before they met: it is right by itself, so the call is.
    """
    frame, frames, passes = blamed_call(clues.text, step, right), step.place.frames, clues.passes
    if frame is None or passes is None:
        return frame
    found = (passes.program.steps[item] for item in ancestors(passes.program, list(operands)))
    before = [item for item in found if item.place != step.place]  # whose promotions are no cast
    index = frames.index(frame)
    while (
        index + 1 < len(frames)
        and clues.text.joins_parameters(frames[index].line)
        and not any(_is_within(item, frames, index) for item in before)
    ):
        index += 1
    return frame if _hands_on(clues.text, frames[index]) else frames[index]


def _hands_on(text: Source, frame: Frame) -> bool:
    """Whether a line calls with what it was given, whatever that is: a decorator's `f(*args, **kwargs)`."""
    statement = text.statement(frame.line)
    calls = [node for node in ast.walk(statement) if isinstance(node, ast.Call)] if statement else []
    given = [[*call.args, *call.keywords] for call in calls]
    return any(
        items and all(isinstance(item, ast.Starred) or getattr(item, "arg", "") is None for item in items)
        for items in given
    )


def _shared(one: tuple[Frame, ...], other: tuple[Frame, ...]) -> int:
    count = 0
    for mine, theirs in zip(one, other, strict=False):
        if (mine.line, mine.function) != (theirs.line, theirs.function):
            break
        count += 1
    return count


def asked_for(text: Source, frames: tuple[Frame, ...], names: set[str]) -> Frame | None:
    """The frame that decided on an argument: the caller's, where a helper takes it as a parameter.

    Args:
        names: the calls whose arguments count, such as `astype`.
    """
    for index, frame in enumerate(frames):
        if index + 1 == len(frames) or not _passes_on(text, frame, names):
            return frame
        names = {frame.function} | names
    return None


def _passes_on(text: Source, frame: Frame, names: set[str]) -> bool:
    """Whether a line's calls take one of these arguments from the parameters of the function around it."""
    parameters = text.parameters(frame.line)
    statement = text.statement(frame.line)
    if statement is None or not parameters:
        return False
    calls = [node for node in ast.walk(statement) if isinstance(node, ast.Call) and called(node) in names]
    calls = [call for call in calls if not takes_result(call, frame)]
    parameters -= cast_before(text, frame.line)
    own = _held(text, frame.line, statement, always=bool(names & CASTING))
    return any(parameters & _names(_deciding(call), own) for call in calls)


def _held(text: Source, line: int, statement: ast.stmt, *, always: bool) -> set[ast.expr]:
    """Where a statement reads what its method's object holds, its class having made that itself.

    Args:
        always: whoever made it, as with dtypes: those that a class declares are mostly its own.
    """
    classes = [node for node in ast.walk(text.tree) if isinstance(node, ast.ClassDef)]
    around = [node for node in classes if node.lineno <= line <= (node.end_lineno or line)]
    makers = [item for node in around for item in node.body if getattr(item, "name", "") == "__init__"]
    found = [node for node in ast.walk(statement) if isinstance(node, ast.Attribute)]
    attributes = found if makers or always else []
    return {node.value for node in attributes if isinstance(node.value, ast.Name) and node.value.id in OWN}


def factory_call(text: Source, frames: tuple[Frame, ...], dtype: str) -> Frame | int | None:
    """Where a function was made whose casts take their dtype from the parameters of what made it.

    Where several are made, the one call that names the dtype, or else the use. None where it isn't so; with a
    default, it is that which decides.
    """
    factory = _factory(text, frames)
    if factory is None:
        return None
    lines, named = call_lines(text, {factory.name}), one_of_several(text, frames, dtype)
    if named is not None or factory.args.defaults:
        return named
    used = (frame for frame in frames if frame.line > (factory.end_lineno or 0))
    return lines[0] if len(lines) == 1 else next(used, None)


def one_of_several(text: Source, frames: tuple[Frame, ...], dtype: str) -> int | None:
    """The call of such a factory that names the dtype, where it is one of several."""
    factory = _factory(text, frames)
    if factory is None or len(call_lines(text, {factory.name})) == 1:
        return None
    named = call_lines(text, {factory.name}, naming=dtype)
    return named[0] if len(named) == 1 else None


def _factory(text: Source, frames: tuple[Frame, ...]) -> ast.FunctionDef | None:
    """The function, which has come to its end, whose parameters say what the innermost line casts to."""
    statement = text.statement(frames[0].line) if frames else None
    casts = [node for node in ast.walk(statement) if isinstance(node, ast.Call)] if statement else []
    chosen = set().union(*(_names(_deciding(call)) for call in casts if called(call) in CASTING))
    running = {frame.function for frame in frames}
    for factory in text.around(frames[0].line) if frames else ():
        if factory.name not in running and chosen & {item.arg for item in factory.args.args}:
            return factory
    return None


def _deciding(call: ast.Call) -> Iterator[ast.expr]:
    """The arguments that say how, and not on what: all of a method's, all but a function's first."""
    method = isinstance(call.func, ast.Attribute) and call.func.attr in {"astype", "view"}
    seeding = called(call) in {"Rngs", "PRNGKey", "key", "default_rng", "RandomState"}
    named = {keyword.arg: keyword.value for keyword in call.keywords}
    if seeding and not call.args and "params" in named:  # of several streams, that of the parameters
        yield named["params"]
        return
    yield from call.args if method or seeding else call.args[1:]
    yield from named.values()


def _names(expressions: Iterable[ast.expr], without: Iterable[ast.expr] = ()) -> set[str]:
    left_out = set(without)
    return {
        node.id
        for item in expressions
        for node in ast.walk(item)
        if isinstance(node, ast.Name) and node not in left_out
    }


def first_with_line(steps: Iterable[Step]) -> Step | None:
    """The first step that has a line of the learner's."""
    return next((step for step in steps if step.place.frames), None)


def update_step(passes: TrainingStep, only: Gradient | None = None) -> Step | None:
    """Where parameters are updated, or would be.

    The last step of the gradients' way (or of one's) that has a line.
    """
    for gradient in passes.gradients if only is None else (only,):
        steps = [*([gradient.update.step] if gradient.update else []), *reversed(gradient.region)]
        found = first_with_line(steps)
        if found is not None:
            return found
    return None


def optimizer_step(passes: TrainingStep, gradient: Gradient) -> Step | None:
    """Where a gradient enters the optimizer's arithmetic.

    Where it meets the learning rate, or the parameters.
    """
    rated = (step for step in gradient.region if "learning_rate" in passes.makes(step).depends)
    return first_with_line(rated) or update_step(passes, gradient)


def casts_at(passes: TrainingStep, step: Step, wrong: Iterable[int] = ()) -> list[Step]:
    """The other casts that the same innermost line is used for.

    Without those of these indices and those of the same call.
    """
    left_out = set(wrong)
    line = step.place.line
    return [
        other
        for other in passes.program.steps
        if other.place.line == line
        and other.place != step.place
        and other.index not in left_out
        and passes.rounds_to(other) == passes.rounds_to(step)
    ]


def promotions_at(passes: TrainingStep, step: Step) -> list[Step]:
    """The other casts to this dtype at the same innermost line, without those of the same call."""
    return [
        other
        for other in passes.program.steps
        if other.op == step.op
        and other.place.line == step.place.line
        and other.place != step.place
        and passes.makes(other).dtype == passes.makes(step).dtype
    ]
