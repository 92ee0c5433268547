"""The reference without rounding: how far that is from what is expected, and how much hangs on a last bit."""

from collections.abc import Iterator

import numpy as np

from judge.evidence import Value
from judge.expected.trusted_process import process_of
from judge.expected.values import REFERENCE
from judge.problem.model import Case
from judge.sandbox.talking.case_inputs import Arrays, case_input
from judge.verify.measured import NEAR, measured, short
from judge.verify.record import Result, Table, note, ok
from judge.verify.values import cast, first_number
from judge.verify.workshop import Workshop, by_shape

ROUNDS = 4  # of inputs that are moved by a last bit, up or down at random


def check(shop: Workshop) -> Iterator[Result | Table]:
    """What is expected against float64, and float64 against itself with inputs moved by a last bit."""
    rows = []
    with process_of(shop.trusted, "conditioning") as process:
        if process.load(shop.program(REFERENCE)) is not None:
            return
        for group in by_shape(shop.usable):
            for case in group:
                inputs = [shop.truths[case.name].arrays, *(_moved(shop, case, n) for n in range(ROUNDS))]
                given = [case_input(shop.problem, case, arrays) for arrays in inputs]
                (swept,) = process.sweep(given, mode="double")
                if swept.fault is not None:
                    yield note("float64", f"the reference can't be evaluated without rounding: {swept.fault}")
                    return
                row, result = _compared(shop, case, swept.values)
                rows.append(row)
                yield result
    title = "Without rounding: distance in tolerances"
    head = ("case", "expected", "in float64", "apart", "moved by a last bit of the inputs")
    yield Table(name="conditioning", title=title, head=head, rows=tuple(rows))


def _moved(shop: Workshop, case: Case, number: int) -> Arrays:
    """The inputs with each element one float32 step up or down."""
    random = np.random.default_rng(number)
    moved = {}
    for name, array in shop.truths[case.name].arrays.items():
        if array.dtype == np.float32:
            towards = random.choice(np.array([-np.inf, np.inf], np.float32), array.shape)
            moved[name] = np.nextafter(array, towards)
        else:
            moved[name] = array
    return moved


def _compared(shop: Workshop, case: Case, values: tuple[Value, ...]) -> tuple[tuple[str, ...], Result]:
    expected = shop.truths[case.name].value
    if expected is None:
        raise KeyError(case.name)
    exact, *moved = (cast(value, expected) for value in values)
    apart = measured(shop.problem, expected, exact).error
    spread = max(measured(shop.problem, exact, one).error for one in moved)
    numbers = (first_number(expected), first_number(exact))
    row = (case.name, *("-" if n is None else f"{n:.6g}" for n in numbers), short(apart), short(spread))
    if spread > NEAR:
        told = f"without rounding, a last bit of the inputs moves the answer by {short(spread)} tolerances"
        return row, note(case.name, f"{told}: right programs that round elsewhere may be far apart here")
    return row, ok(case.name, f"is {short(apart)} tolerances from the answer without rounding")
