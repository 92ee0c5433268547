"""The line by which a value missed its cast: a cast that nobody keeps, a copy of a record without it."""

import ast

from judge.flow.program import Frame, Place, Step
from judge.flow.training_step import TrainingStep
from judge.pitfalls.reading.calls import is_cast, names_dtype
from judge.pitfalls.reading.clues import Clues
from judge.pitfalls.reading.source import Source, called, names_in, own_nodes
from judge.pitfalls.reading.written.bindings import argument, calls_of, default, how, parameters
from judge.pitfalls.reading.written.origins import Origins

COPIES = {"replace", "_replace"}
TESTS = ast.If | ast.IfExp
FULL = frozenset({"full", "f32", "fp32", "float32", "single"})
MOST = 32  # places of casts, or bound functions, that are looked at


def missed_at(clues: Clues, passes: TrainingStep, role: str, use: Step) -> int | None:
    """The line by which a value of this role misses its cast, None where that is only missing.

    Args:
        role: "inputs", "targets" or "parameters".
        use: where it is used without.
    """
    own = list(_casts(clues, passes, role))
    for step in own:
        line = _dropped(clues.text, step) or _unused(clues.text, passes, step)
        if line is not None:
            return line
    others = [
        step
        for one in ("inputs", "targets", "parameters")
        if one != role
        for step in _casts(clues, passes, one)
    ]
    found = (_left_out(clues.text, step) if role != "parameters" else None for step in others)
    return next((line for line in found if line is not None), None) or next(
        (line for step in others if (line := _sorted_out(clues.text, step, use)) is not None), None
    )


def _casts(clues: Clues, passes: TrainingStep, role: str) -> list[Step]:
    """The casts to the compute dtype of values of one role alone, one of each place."""
    found: dict[Place, Step] = {}
    for step in passes.program.steps:
        if not step.operands or not step.place.frames or passes.rounds_to(step) != clues.compute:
            continue
        fact = passes.fact(step.operands[0])
        alone = fact.data == {role} and not fact.parameter and "seed" not in fact.depends
        if len(found) < MOST and (
            alone or (role == "parameters" and not fact.data and "seed" in fact.depends)
        ):
            found.setdefault(step.place, step)
    return list(found.values())


def _dropped(text: Source, step: Step) -> int | None:
    """Where a cast's result is dropped: `x.astype(jnp.bfloat16)` by itself."""
    for frame in step.place.frames:
        statement = text.statement(frame.line)
        call = statement.value if isinstance(statement, ast.Expr) else None
        if isinstance(call, ast.Call) and (is_cast(call) or called(call) == "map"):
            return frame.line
        if statement is None or not isinstance(statement, ast.Expr | ast.Return):
            break
    return None


def _unused(text: Source, passes: TrainingStep, step: Step) -> int | None:
    """Where the original is read after a copy was made that nobody reads."""
    if any(step.results[0] in other.operands for other in passes.program.steps[step.index + 1 :]):
        return None
    for frame in step.place.frames:
        statement, name, around = (
            text.statement(frame.line),
            text.name(frame.line),
            text.enclosing(frame.line),
        )
        if statement is None or name is None or around is None:
            continue
        inside = [
            node for node in own_nodes(around) if isinstance(node, ast.stmt) and not hasattr(node, "body")
        ]
        later = [
            node for node in inside if node.lineno > statement.lineno and not isinstance(node, ast.Delete)
        ]
        if any(name in names_in(node) for node in later):
            return None
        stored = (item for node in inside for item in ast.walk(node) if isinstance(item, ast.Name))
        local = {item.id for item in stored if isinstance(item.ctx, ast.Store)} | text.parameters(frame.line)
        read = (names_in(statement) & local) - {name}
        return min((node.lineno for node in later if read & names_in(node)), default=None)
    return None


def _left_out(text: Source, step: Step) -> int | None:
    """Where a copy of a record is made with another field's cast only."""
    statement = text.statement(step.place.line or 0)
    for call in ast.walk(statement) if statement is not None else ():
        if isinstance(call, ast.Call) and called(call) in COPIES:
            fields = [keyword for keyword in call.keywords if any(map(is_cast, ast.walk(keyword.value)))]
            if len(fields) == len(call.keywords) == 1:
                return call.lineno
        if isinstance(call, ast.Dict) and None in call.keys:
            given = [value for key, value in zip(call.keys, call.values, strict=True) if key is not None]
            if len(given) == 1 and any(map(is_cast, ast.walk(given[0]))):
                return call.lineno
    return None


def _sorted_out(text: Source, step: Step, use: Step) -> int | None:
    """Where a helper decides what of all that it is given it casts, and what not."""
    helper = text.statement(step.place.line or 0)
    if helper is None or not _hands_to(text, step, use):
        return None
    for node in ast.walk(helper):
        if isinstance(node, ast.IfExp) and any(map(is_cast, ast.walk(node.body))):
            return _decided_at(text, node.test)
        if isinstance(node, ast.Call) and called(node) == "get" and isinstance(node.func, ast.Attribute):
            frames = step.place.frames
            origins = Origins(text=text, frames=frames)
            table = origins.table(origins.at(node.func.value, 0))
            if table is not None:
                return table.lineno
    return _without_a_rule(text, step.place.frames)


def _without_a_rule(text: Source, frames: tuple[Frame, ...]) -> int | None:
    """The table by which a helper casts, each value by what it has for its name: `RULES[name](value)`."""
    for index, frame in enumerate(frames[:MOST]):
        statement = text.statement(frame.line)
        calls = [node for node in ast.walk(statement) if isinstance(node, ast.Call)] if statement else []
        for rule in [call.func for call in calls if isinstance(call.func, ast.Subscript)][:MOST]:
            origins = Origins(text=text, frames=frames)
            table = origins.table(origins.at(rule.value, index))
            if table is not None and not isinstance(rule.slice, ast.Constant):
                return table.lineno
    return None


def untrue_test(clues: Clues, passes: TrainingStep, frames: tuple[Frame, ...]) -> int | None:
    """The test of the one helper that would cast on the way to something, but never does."""
    text = clues.text
    around = {function for frame in frames[:MOST] for function in text.around(frame.line)[:1]}
    nodes = [node for function in around for node in own_nodes(function)]
    calls = [node for node in nodes if isinstance(node, ast.Call)]
    handed_on = {item.id for call in calls for item in call.args if isinstance(item, ast.Name)}
    names = {called(call) for call in calls} | handed_on
    helpers = [node for node in text.statements if getattr(node, "name", None) in names]
    ran = {frame.line for step in passes.program.steps for frame in step.place.frames}
    choices = [
        node
        for helper in helpers[:MOST]
        for node in ast.walk(helper)
        if isinstance(node, TESTS) and node.lineno not in ran
        for item in ast.walk(node)
        if isinstance(item, ast.Call) and is_cast(item) and names_dtype(text, item, clues.compute)
    ]
    return _decided_at(text, choices[0].test) if len(choices) == 1 else None


def _decided_at(text: Source, test: ast.expr) -> int:
    """Where what a test asks gives its answer: in the one function that it calls, or there."""
    names = {called(node) for node in ast.walk(test) if isinstance(node, ast.Call)}
    functions = [node for node in text.statements if isinstance(node, ast.FunctionDef) and node.name in names]
    lines = [line for function in functions for line in text.return_lines(function)]
    given = [value for name in names for value in text.given.get(name, [])]
    lines += [value.lineno for value in given if isinstance(value, ast.Lambda)]
    return lines[0] if len(lines) == 1 else test.lineno


def _hands_to(text: Source, step: Step, use: Step) -> bool:
    """Whether what is used, too, came out of the statement that had the helper cast."""
    statement = text.statement(use.place.line or 0)
    around = text.enclosing(use.place.line or 0)
    read = names_in(statement) if statement is not None else set()
    nodes = own_nodes(around) if around is not None else ()
    made = {
        node.lineno
        for node in nodes
        if isinstance(node, ast.Assign)
        and read & {name for target in node.targets for name in names_in(target)}
    }
    return any(frame.line in made for frame in step.place.frames[1:])


def bound_at(clues: Clues, role: str, frames: tuple[Frame, ...]) -> int | None:
    """Where `partial` bound a function that uses a value to it, as it was given to the entry point."""
    function = clues.text.enclosing(frames[0].line) if frames else None
    name = "" if function is None else function.name
    calls = [node for node in ast.walk(clues.text.tree) if isinstance(node, ast.Call) and node.args]
    calls = [
        call for call in calls if called(call) == "partial" and getattr(call.args[0], "id", None) == name
    ]
    found: set[int] = set()
    for call in calls[:MOST]:
        values = [*call.args[1:], *(keyword.value for keyword in call.keywords)]
        origins = Origins(text=clues.text, frames=frames)
        places = [origins.of(origins.outside(value)) for value in values]
        if clues.name(role) in {getattr(place.node, "id", None) for place in places}:
            found.add(call.lineno)
    return found.pop() if len(found) == 1 else None


def never_on(text: Source, dtype: str) -> int | None:
    """Where the default is written by which nothing is cast, when all calls leave that argument out."""
    lines: set[int] = set()
    for function in [node for node in text.statements if isinstance(node, ast.FunctionDef)][:MOST]:
        off = {
            name: value
            for name in parameters(function)
            if isinstance(value := default(function, name), ast.Constant) and value.value is False
        }
        for name, value in off.items():
            if not _switches(function, name, dtype):
                continue
            given = [argument(call, function, name) for call in calls_of(text, function, text.tree)]
            lines |= {value.lineno} if given and all(item is value for item in given) else set()
    return lines.pop() if len(lines) == 1 else None


def cast_to_full(text: Source, frames: tuple[Frame, ...]) -> int | None:
    """Where it is written that casts on the way to something give float32, to functions that run it."""
    lines = set()
    for index, frame in enumerate(frames[:MOST]):
        function = text.enclosing(frame.line)
        nodes = own_nodes(function) if function is not None else ()
        casts = [node for node in nodes if isinstance(node, ast.Call) and is_cast(node)]
        for item in [item for node in casts if node.lineno <= frame.line for item in how(node)][:MOST]:
            origins = Origins(text=text, frames=frames, plain=FULL)
            found = origins.of(origins.at(item, index)).node
            said = getattr(found, "id", "").lower() in FULL or names_dtype(text, found, "float32")
            if found is not item and said:
                lines.add(found.lineno)
    return lines.pop() if len(lines) == 1 else None


def _switches(function: ast.FunctionDef, name: str, dtype: str) -> bool:
    """Whether a parameter alone decides in a function whether something is cast, or to which dtype."""
    tests = [node for node in own_nodes(function) if isinstance(node, TESTS)]
    tests = [node for node in tests if isinstance(node.test, ast.Name) and node.test.id == name]
    inside = [item for node in tests for item in ast.walk(node)]
    return any(is_cast(item) or getattr(item, "attr", None) in {dtype, "float32"} for item in inside)
