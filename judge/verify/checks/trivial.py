"""Answers that take no thought: none of them may be worth half of the points."""

from collections.abc import Iterator, Mapping

import numpy as np

from judge.cases import expand
from judge.evidence import Value
from judge.expected.trusted_process import process_of
from judge.expected.values import REFERENCE
from judge.problem.model import Case
from judge.sandbox.talking.case_inputs import case_input
from judge.verify.many_data import Instance, calls
from judge.verify.measured import family, measured
from judge.verify.record import Result, Table, fault, note, ok
from judge.verify.values import filled
from judge.verify.workshop import Workshop, by_shape, with_number

MOST = 0.5  # of all weights
STEP_OFF = "no step: a learning rate of 0"
OTHER_ENTROPY = 1

Answers = Mapping[str, Mapping[str, Value]]  # what is answered -> case -> the answer


def check(shop: Workshop) -> Iterator[Result | Table]:
    """Each answer on every case; then what is learnt by heart."""
    if not shop.usable:
        return
    total = sum(case.weight for case in shop.usable)
    rows = []
    answers = {**_fixed(shop), **_without_a_step(shop), **_constants(shop)}
    for name, given in answers.items():
        passed = [
            case
            for case in shop.usable
            if case.name in given and not shop.measure(case, given[case.name]).rejected
        ]
        share = sum(case.weight for case in passed) / total
        rows.append((name, f"{share:.0%}", ", ".join(case.name for case in passed) or "-"))
        yield _judged(name, share, passed)
    yield Table(
        name="trivial",
        title="Trivial answers: share of the weights",
        head=("answer", "share", "in"),
        rows=tuple(rows),
    )
    yield from _by_heart(shop)


def _judged(name: str, share: float, passed: list[Case]) -> Result:
    """A constant is right in its own case, and only there."""
    cases = ", ".join(case.name for case in passed)
    if not passed:
        return ok(name, "is accepted nowhere")
    if len({family(case.name) for case in passed}) == 1 and name.startswith("always "):
        return ok(name, "is accepted in its own case only")
    if share >= MOST:
        told = f"is accepted in {cases}, which is {share:.0%} of the weights"
        return fault(name, f"{told}: make cases in which it is wrong, or give these less weight")
    return note(name, f"is accepted in {cases}")


def _fixed(shop: Workshop) -> Answers:
    """Zeros, ones, and each argument back again, an array as its first number or its mean."""
    found: dict[str, dict[str, Value]] = {"zeros": {}, "ones": {}}
    for case in shop.usable:
        truth = shop.truths[case.name]
        like = truth.value
        if like is None:
            continue
        found["zeros"][case.name], found["ones"][case.name] = filled(like, 0.0), filled(like, 1.0)
        for name, number in case.arguments.items():
            found.setdefault(f"the argument {name}", {})[case.name] = filled(like, float(number))
        for name, array in truth.arrays.items():
            numbers = np.asarray(array, np.float64)
            if numbers.size:
                echo = {
                    "first number": numbers.flat[0],
                    "mean": numbers.mean(),
                    "mean square": (numbers**2).mean(),
                }
                for what, number in echo.items():
                    answers = found.setdefault(f"the {what} of {name}", {})
                    answers[case.name] = filled(like, float(number))
    return found


def _without_a_step(shop: Workshop) -> Answers:
    """What the reference gives when it learns nothing."""
    cases = {case.name: with_number(shop, case, "learning_rate", 0.0) for case in shop.usable}
    still = [case for case in cases.values() if case is not None]
    if not still:
        return {}
    found: dict[str, Value] = {}
    with process_of(shop.trusted, "trivial") as process:
        if process.load(shop.program(REFERENCE)) is not None:
            return {}
        for group in by_shape(still):
            given = [case_input(shop.problem, case, shop.truths[case.name].arrays) for case in group]
            (swept,) = process.sweep(given)
            found |= dict(zip((case.name for case in group), swept.values, strict=False))
    return {STEP_OFF: found}


def _constants(shop: Workshop) -> Answers:
    """Each public case's answer, given everywhere."""
    public = [case for case in shop.usable if case.visibility == "public"]
    names = [case.name for case in shop.usable]
    values = {case.name: shop.truths[case.name].value for case in public}
    return {
        f"always what {name} expects": dict.fromkeys(names, value)
        for name, value in values.items()
        if value is not None
    }


def _by_heart(shop: Workshop) -> Iterator[Result]:
    """A table of all public answers, for cases that aren't in it."""
    public = {
        case.name: value
        for case in shop.usable
        if case.visibility == "public" and (value := shop.truths[case.name].value) is not None
    }
    unseen = [case for case in shop.usable if case.visibility == "hidden"]
    for case in unseen:
        for name, value in public.items():
            if not shop.measure(case, value).rejected:
                told = f"accepts what {name} expects: whoever knows that by heart passes"
                yield fault(case.name, f"{told}. Give it other data")
    drawn = _elsewhere(shop)
    if not unseen and not drawn:
        told = "all cases are public and the same in each run: a table of their answers is accepted"
        yield fault("by heart", f"{told}. Make some hidden, or leave out data.seed so that they are drawn")
        return
    same = [
        f"{family(case.name)} ({name})"
        for case, expected in drawn
        for name, value in public.items()
        if not measured(shop.problem, expected, value).rejected
    ]
    if same:
        told = f"at entropy {OTHER_ENTROPY} some accept what is expected at entropy 0: {', '.join(same)}"
        yield note("by heart", f"{told}. More spread in their data would tell")
    else:
        yield ok(
            "by heart", f"the public answers are right in none of {len(unseen) + len(drawn)} other cases"
        )


def _elsewhere(shop: Workshop) -> list[tuple[Case, Value]]:
    """Drawn cases at another entropy, and what they expect."""
    fixed = {template.name for template in shop.problem.cases if template.data_seed is not None}
    cases = [case for case in expand(shop.problem, OTHER_ENTROPY) if family(case.name) not in fixed]
    found: list[tuple[Case, Value]] = []
    with process_of(shop.trusted, "trivial") as process:
        if not cases or process.load(shop.program(REFERENCE)) is not None:
            return []
        for group in by_shape(cases):
            given = [Instance(case=case, number=OTHER_ENTROPY, fixed=False) for case in group]
            (swept,) = process.sweep(calls(shop.problem, shop.expected, given))
            found += zip(group, swept.values, strict=False)
    return found
