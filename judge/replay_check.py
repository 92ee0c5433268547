"""Whether the program that was read is the one that gave the numbers.

A program is traced once more, in a process that has the numbers of a case but not its arrays, and evaluated
in one that has never seen the submission. Only what is the same program as the one that was read, and gives
on the case's arrays what the submission returned there, was read for certain.
"""

from collections.abc import Sequence

import numpy as np

from judge.compare import numbers
from judge.evidence import ArrayValue, CaseEvidence, Evidence, Replay, TreeValue, Value
from judge.flow import Flow
from judge.flow.program import Program
from judge.flow.same_program import same
from judge.problem.bounds import Bounds, bounds_of
from judge.problem.model import ArraySpec, Problem, Spec, TreeSpec
from judge.problem.tolerance import Tolerance

ABSTRACT = (
    "variables",
    "concrete",
)  # traced without a run: no array is part of the program
DIFFERS = "its trace gives other numbers than it returned"
ANOTHER = "with the numbers of a case it is another program than with those it is read with"
OUTSIDE = "it is made of numbers of a run, and gives others than it returned with those of a case"
HIDDEN = "it could be for a public case, and not for a hidden one"
_UNSURE = "whether it is what ran could not be confirmed"


def confirm(evidence: Evidence, flow: Flow, problem: Problem) -> tuple[bool, str | None]:
    """Whether what was read gives other numbers than what ran, and why that isn't certain where it isn't."""
    if flow.passes is None:
        return False, None
    program, doubts = flow.passes.program, []
    for replay in evidence.replays:
        why = _doubt(replay, evidence.cases, program, problem)
        if why == DIFFERS:
            return True, None
        if why is not None:
            doubts.append(f"{_UNSURE}: {HIDDEN if replay.hidden else why}")
    return False, doubts[0] if doubts else None


def _doubt(replay: Replay, cases: Sequence[CaseEvidence], program: Program, problem: Problem) -> str | None:
    if replay.value is None:
        return replay.reason
    if not same(program, replay.evaluable):
        return ANOTHER
    returned = next((case.value for case in cases if case.name == replay.case), None)
    if _equal(returned, replay.value, problem.returns, problem.tolerance):
        return None
    return DIFFERS if program.mode in ABSTRACT else OUTSIDE


def _equal(returned: Value | None, replayed: Value, spec: Spec, tolerance: Tolerance) -> bool:
    """Whether both are the same, give or take what a right program may be off by."""
    if isinstance(returned, ArrayValue) and isinstance(replayed, ArrayValue):
        elements = spec.elements if isinstance(spec, ArraySpec) else ()
        return _equal_arrays(returned, replayed, bounds_of(tolerance, elements))
    if isinstance(returned, TreeValue) and isinstance(replayed, TreeValue):
        ours, theirs = dict(returned.items), dict(replayed.items)
        specs = dict(spec.items) if isinstance(spec, TreeSpec) else {}
        return ours.keys() == theirs.keys() and all(
            _equal(value, theirs[name], specs.get(name, spec), tolerance) for name, value in ours.items()
        )
    return False


def _equal_arrays(returned: ArrayValue, replayed: ArrayValue, bounds: Bounds) -> bool:
    if returned == replayed:
        return True
    if (returned.dtype, returned.shape) != (replayed.dtype, replayed.shape):
        return False
    ours, theirs = numbers(returned), numbers(replayed)
    if bounds[0].shape not in {(), ours.shape}:
        return False
    relative, absolute = bounds
    return bool(np.isclose(theirs, ours, rtol=relative, atol=absolute, equal_nan=True).all())
