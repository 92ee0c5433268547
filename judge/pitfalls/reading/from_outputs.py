"""Findings from outputs alone: for programs whose flow could not be read.

A mistake is named when the outputs are those of its variant in every case, no other pitfall's variant fits,
and the right answer doesn't. Its line is known only where the text has one on which NumPy writes in place.
"""

from collections.abc import Iterator, Mapping

from judge.evidence import ArrayValue
from judge.finding import EvidenceKind, Finding, Severity
from judge.flow.facts import UNKNOWN
from judge.pitfalls.next_scale.slips.dropped import dropped_division
from judge.pitfalls.reading.calls import SEEDED, call_lines
from judge.pitfalls.reading.clues import Clues
from judge.pitfalls.reading.parts.numpy_halves import NumpyHalves
from judge.pitfalls.reading.parts.sums import half_sums
from judge.pitfalls.reading.written.in_place import (
    GRADS,
    UNSCALE,
    divided_in_place,
    line_in_place,
    taken_uncast,
)
from judge.pitfalls.reading.written.left_out import leaving_out
from judge.problem.model import ArraySpec

SHARE = 0.25  # of a tolerance: how near an output must be to a mistake's
APART = 2.0  # tolerances: who is right and who makes a mistake can't be confused where they are so far apart
ALIKE = {UNSCALE, GRADS, "missing-loss-scale"}  # they give the same numbers by a scale that is a power of 2
WIDELY = {
    UNSCALE: "NumPy divides in {} here: cast the gradients to float32 first",
    GRADS: "NumPy rounds the unscaled gradients to {} here: keep them in float32",
}
UNCAST = {"uncast-inputs": "inputs", "uncast-targets": "targets"}
UNSCALED, UNSEEDED, ACCUMULATOR = "unscaled-grads", "seed-ignored", "low-precision-accumulator"
# Whoever makes one of these returns other numbers, however it is written.
TELLING = frozenset({
    UNSCALED, UNSEEDED, "doubly-unscaled-grads", "scaled-loss-returned", "stale-loss", "update-discarded",
    "lr-ignored", ACCUMULATOR, "summed-grads", "last-micro-batch-only",
    "update-per-micro-batch", "partial-loss-returned",
})  # fmt: skip


def by_numbers(clues: Clues, titles: Mapping[str, str]) -> Iterator[Finding]:
    """The one pitfall whose variant gives these outputs, where the flow is silent.

    Args:
        titles: a sentence about each pitfall.
    """
    if not _silent(clues):
        return
    cases = [case for case in clues.cases if isinstance(case.actual, ArrayValue)]
    if not cases or len(cases) < len(clues.cases) or not any((case.error or 0) > 1 for case in cases):
        return
    outputs = clues.mistakes()
    if not all(outputs.get(case.name) for case in cases):
        return
    keys = set.intersection(*(set(outputs[case.name]) for case in cases))
    fitting = {
        key.partition("/")[0]
        for key in keys
        if all(_near(clues, case.actual, outputs[case.name][key], SHARE) for case in cases)
    }
    if {UNSCALE, GRADS} <= fitting <= ALIKE:  # the text tells
        fitting &= {divided_in_place(clues.text) or _divided_by_numpy(clues)}
    if len(fitting) != 1:
        return
    pitfall = fitting.pop()
    if pitfall in clues.problem.pitfalls:
        message = f"all outputs are those of a step with one mistake: {titles[pitfall]}"
        wrong = [case.name for case in cases if (case.error or 0) > 1]
        line, remedy = _written(clues, pitfall)
        yield clues.finding(pitfall, line, message, remedy, evidence=EvidenceKind.NUMBERS, cases=wrong)


def _written(clues: Clues, pitfall: str) -> tuple[int | None, str]:
    """On which line of the text a mistake is, where that has one, and what to do."""
    role = UNCAST.get(pitfall)
    taken = None if role is None else taken_uncast(clues.text, clues.name(role))
    if taken is not None:
        return taken, f"NumPy takes it in float32 here: cast it to {clues.compute} as well"
    written = line_in_place(clues.text, pitfall, clues.compute)
    if written is not None:
        return (
            written,
            "NumPy writes into an array here, whose dtype and whose other names stay: make a new one",
        )
    halved = _by_numpy(clues).get(pitfall)
    if halved is not None:
        return halved, WIDELY[pitfall].format(clues.compute)
    dropped = dropped_division(clues) if pitfall == UNSCALED else None
    if dropped is not None:
        return dropped, "update with what this gives: nothing is kept of it"
    seeds = call_lines(clues.text, SEEDED) if pitfall == UNSEEDED else []
    if len(seeds) == 1:
        seed, call = clues.name("seed"), leaving_out(clues.text, seeds[0], SEEDED)
        remedy = f"give it `{seed}`, which it leaves out" if call else f"make the parameters from `{seed}`"
        return call or seeds[0], remedy
    return None, "look for it by hand: what NumPy, callbacks or threads compute can't be followed to a line"


def _divided_by_numpy(clues: Clues) -> str | None:
    """Which of two mistakes that give the same numbers it is that the text has NumPy make."""
    return next(iter(_by_numpy(clues)), None)


def _by_numpy(clues: Clues) -> dict[str, int]:
    """Where NumPy divides in half precision, or rounds a quotient to it, by the pitfall that this is."""
    return clues.once(_halves)


def _halves(clues: Clues) -> dict[str, int]:
    halves = NumpyHalves(clues.text, clues.compute, clues.name("loss_scale"))
    found = {UNSCALE: halves.divided(), GRADS: halves.rounded()}
    return {pitfall: line for pitfall, line in found.items() if line is not None}


def _silent(clues: Clues) -> bool:
    passes = clues.passes
    if passes is None or passes.returned is None:
        return True
    return UNKNOWN in passes.fact(passes.returned).depends


def _near(clues: Clues, one: object, other: ArrayValue, tolerances: float) -> bool:
    """Whether every number of an output lies so near another's."""
    import numpy as np  # noqa: PLC0415 - commands that judge nothing must start fast

    from judge.problem.bounds import bounds_of  # noqa: PLC0415 - it needs numpy

    if not isinstance(one, ArrayValue) or (one.shape, one.dtype) != (other.shape, other.dtype):
        return False
    try:
        mine, theirs = (
            np.frombuffer(item.data, dtype=item.dtype).astype(np.float64) for item in (one, other)
        )
    except (TypeError, ValueError):
        return False
    returns = clues.problem.returns
    elements = returns.elements if isinstance(returns, ArraySpec) else ()
    relative, absolute = bounds_of(clues.problem.tolerance, elements)
    same = (mine == theirs) | (np.isnan(mine) & np.isnan(theirs))
    with np.errstate(invalid="ignore"):  # infinities have no difference
        allowed = tolerances * (relative * np.abs(theirs) + absolute)
        near = np.isfinite(theirs) & (np.abs(mine - theirs) <= allowed)
    close = same | near
    return bool(close.all())


def refuted(clues: Clues, finding: Finding) -> bool:
    """Whether the outputs rule a finding out.

    All are right, and every variant of the mistake is far off in some case: then the flow was misread.
    """
    cases = clues.cases
    if finding.pitfall not in TELLING or any(case.error is None or case.error > 1 for case in cases):
        return False
    if finding.pitfall == ACCUMULATOR and _is_of_small_parameters(clues):
        return False
    outputs = clues.mistakes()
    variants = {
        key for given in outputs.values() for key in given if key.partition("/")[0] == finding.pitfall
    }
    return bool(variants) and all(
        any(
            case.expected is not None
            and key in outputs.get(case.name, {})
            and not _near(clues, case.expected, outputs[case.name][key], APART)
            for case in cases
        )
        for key in variants
    )


def _is_of_small_parameters(clues: Clues) -> bool:
    """Whether gradients are added in half precision, but not those of the largest parameters.

    Variants add all of them so. What is lost of a bias alone is too little to show.
    """
    passes = clues.passes
    if passes is None:
        return False
    sized = [(passes.fact(one.update.base).size, one) for one in passes.gradients if one.update is not None]
    most = max((size for size, _ in sized), default=0)
    largest = [one for size, one in sized if size == most]
    return bool(largest) and not any(next(half_sums(clues, one), None) for one in largest)


def explained_by_others(finding: Finding, findings: list[Finding]) -> bool:
    """Whether a finding that rests on a number's last bits has a better explanation."""
    if finding.pitfall != "full-precision-final-loss" or finding.evidence is not EvidenceKind.NUMBERS:
        return False
    return any(other is not finding and other.severity is Severity.ERROR for other in findings)
