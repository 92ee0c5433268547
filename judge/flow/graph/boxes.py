"""Operations → boxes: what one call of the learner's does in one part of the step."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from judge.flow.graph.roles import MASTERS, masters_of, roles_of
from judge.flow.graph.working import CASTS
from judge.flow.parts.lanes import phase_of, updating
from judge.flow.program import Frame, Place, Port, Step
from judge.flow.training_step import TrainingStep, users_of
from judge.flow.walk import ancestors

INPUTS = ("inputs", "targets", "learning_rate", "loss_scale")  # those that are drawn


@dataclass(slots=True, kw_only=True, eq=False)
class Box:
    """What is drawn as one.

    Attributes:
        phase: "input", "forward", "backward", "update" or "returned".
        role: what it makes, "" where that has no name.
        port: the parameter that it is, for an input.
        frames: the learner's, innermost first.
        steps: its operations, in order; none of an input.
        values: the operands of all its leaves; the last one stands for them.
    """

    phase: str
    role: str = ""
    port: Port | None = None
    frames: tuple[Frame, ...] = ()
    steps: list[Step] = field(default_factory=list)
    values: tuple[int, ...] = ()

    @property
    def value(self) -> int | None:
        """The operand that stands for all that it makes; None of a parameter that is a Python number."""
        return self.values[-1] if self.values else None

    @property
    def frame(self) -> Frame | None:
        """The learner's innermost call."""
        return self.frames[0] if self.frames else None


def inputs_of(passes: TrainingStep) -> list[Box]:
    """The parameters of the entry point, those that make a difference to precision."""
    ports = [port for port in passes.program.inputs if port.role in INPUTS]
    return [
        Box(phase="input", port=port, values=() if port.operand is None else (port.operand,))
        for port in ports
    ]


def masters_box(passes: TrainingStep) -> list[Box]:
    """The master parameters, kernel and bias in one; nothing where none are known."""
    found = tuple(sorted(masters_of(passes), key=lambda item: passes.fact(item).size))
    maker = passes.program.maker(found[-1] if found else None)
    frames = maker.place.frames if maker is not None else ()
    return [Box(phase="forward", role=MASTERS, frames=frames, values=found)] if found else []


def calls(passes: TrainingStep, working: frozenset[int]) -> list[Box]:
    """The boxes of all operations between inputs, masters and what is returned or stored.

    Args:
        working: what `working_steps` gives.
    """
    steps = _relevant(passes)
    users = users_of(steps)
    lanes = _lanes(passes, steps, users)
    roles = roles_of(passes)
    keys = _keys(passes, steps, users, lanes, roles)
    found: dict[tuple[object, ...], Box] = {}
    for step in steps:
        key = keys[step.index]
        box = found.setdefault(key, Box(phase=lanes[step.index], role=str(key[-1]), frames=step.place.frames))
        box.steps.append(step)
    drawn = [box for box in found.values() if any(step.index in working for step in box.steps)]
    for box in drawn:
        box.values = _values(passes, box, working, roles=roles, users=users, lanes=lanes)
    return drawn


def _relevant(passes: TrainingStep) -> list[Step]:
    """What is between the masters and inputs and what is returned, stored or to be added, in order."""
    program = passes.program
    ends = [*program.returned, *program.stored]
    waiting = [port.operand for port in ends if port.operand is not None]
    for gradient in passes.gradients:
        waiting += gradient.raw
        waiting += [result for step in gradient.region for result in step.results]
        waiting += [] if gradient.update is None else [gradient.update.result]
    seen = set(masters_of(passes))
    found: dict[int, Step] = {}
    while waiting:
        operand = waiting.pop()
        step = program.maker(operand)
        if operand in seen or step is None:
            continue
        seen.add(operand)
        if step.index not in found:
            found[step.index] = step
            waiting.extend(step.operands)
    start = ancestors(program, masters_of(passes))
    found.update(
        (step.index, step)
        for step in program.steps
        if step.results and step.index not in start and passes.is_differentiated(step)
    )
    return [found[index] for index in sorted(found)]


def _lanes(
    passes: TrainingStep, steps: Sequence[Step], users: Mapping[int, Sequence[Step]]
) -> dict[int, str]:
    """The part of the training step that each operation is drawn in."""
    updates = updating(passes)
    after: set[int] = set()  # what the backward pass gave, and what is made of it
    for step in steps:
        if step.place.phase == "backward" or any(_made_by(passes, item) in after for item in step.operands):
            after.add(step.index)
    found: dict[int, str] = {}
    for step in reversed(steps):
        phase = phase_of(passes, updates, step)
        if phase == "returned" and step.place.phase == "forward" and passes.is_differentiated(step):
            phase = "forward"  # of a later part, at parameters that were updated before
        elif phase == "returned" and _keeps_masters(passes, step):
            phase = "update"
        if phase is None and step.index in after:
            phase = "update"
        later = [user for result in step.results for user in users.get(result, [])]
        found[step.index] = phase or (found[later[0].index] if later else "forward")
    return found


def _made_by(passes: TrainingStep, operand: int) -> int | None:
    step = passes.program.maker(operand)
    return None if step is None else step.index


def _keeps_masters(passes: TrainingStep, step: Step) -> bool:
    """Whether what is made of updated parameters is still the masters: chosen between, moved, averaged."""
    made = passes.makes(step)
    return made.parameter and not made.data and not made.rounded and not made.half


def _keys(
    passes: TrainingStep,
    steps: Sequence[Step],
    users: Mapping[int, Sequence[Step]],
    lanes: Mapping[int, str],
    roles: Mapping[int, str],
) -> dict[int, tuple[object, ...]]:
    """Which box each operation is in: that of its call, or of what it makes where one call makes several."""
    calls = {
        step.index: (lanes[step.index], step.place.frames or step.place.api, _given(passes, step))
        for step in steps
    }
    own = {step.index: next(filter(None, map(roles.get, step.results)), "") for step in steps}
    several: dict[tuple[object, ...], set[str]] = {}
    for step in steps:
        several.setdefault(calls[step.index], set()).update(filter(None, [own[step.index]]))
    for step in reversed(steps):  # what leads to something belongs to it
        later = [user for result in step.results for user in users.get(result, [])]
        beside = [own[user.index] for user in later if calls[user.index] == calls[step.index]]
        own[step.index] = own[step.index] or next(filter(None, beside), "")
    for step in steps:  # and else what comes of it
        makers = [passes.program.maker(item) for item in step.operands]
        beside = [
            own[maker.index]
            for maker in makers
            if maker is not None and calls.get(maker.index) == calls[step.index]
        ]
        own[step.index] = own[step.index] or next(filter(None, beside), "")
    return {
        step.index: (
            *calls[step.index],
            own[step.index]
            if len(several[calls[step.index]]) > 1
            else next(iter(several[calls[step.index]]), ""),
        )
        for step in steps
    }


def _given(passes: TrainingStep, step: Step) -> frozenset[int]:
    """The parameter of the entry point that a cast casts: one call may cast several, and the masters."""
    if step.op not in CASTS or not step.results:
        return frozenset()
    ports = {port.operand for port in passes.program.inputs if port.operand is not None}
    roots = passes.makes(step).roots
    return roots if len(roots) == 1 and roots <= ports else frozenset()


def _values(
    passes: TrainingStep,
    box: Box,
    working: frozenset[int],
    *,
    roles: Mapping[int, str],
    users: Mapping[int, Sequence[Step]],
    lanes: Mapping[int, str],
) -> tuple[int, ...]:
    """The operands that a box makes for others, those of its role if it has one; the largest last."""
    results = [result for step in box.steps if step.index in working for result in step.results]
    named = [result for result in results if box.role and roles.get(result) == box.role]
    within = {step.index for step in box.steps}
    out = [item for item in results if any(user.index not in within for user in users.get(item, []))]
    near = [item for item in out if any(_goes_on(user, box, within, lanes) for user in users[item])]
    named = [item for item in named if item in out] or ([] if out else named)
    chosen = named or near or out or results
    makers = {result: step for step in box.steps for result in step.results}
    last = _made(passes, makers[chosen[-1]])
    alike = [item for item in (out or results) if _made(passes, makers[item]) == last]
    return tuple(sorted(dict.fromkeys([*alike, *named]), key=lambda item: passes.fact(item).size))


def _made(passes: TrainingStep, step: Step) -> tuple[str, Place, str]:
    return step.op, step.place, passes.makes(step).dtype


def _goes_on(user: Step, box: Box, within: set[int], lanes: Mapping[int, str]) -> bool:
    """Whether a user of a forward value is no part of the backward pass, which reads what was kept for it."""
    return user.index not in within and (lanes[user.index] != "backward" or box.phase == "backward")


def dtypes(passes: TrainingStep, box: Box, working: frozenset[int]) -> Iterator[str]:
    """The floating dtypes that values have in a box, or are rounded to, in order."""
    steps = [step for step in box.steps if step.index in working and passes.makes(step).floating]
    yield from dict.fromkeys(
        dtype for step in steps for dtype in (passes.makes(step).dtype, passes.rounds_to(step)) if dtype
    )
