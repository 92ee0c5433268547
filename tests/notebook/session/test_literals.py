import math
from collections import OrderedDict
from enum import IntEnum
from typing import Any

import numpy as np
import pytest

from judge.notebook.session.literals import LONGEST, literal


class Colour(IntEnum):
    RED = 1


@pytest.mark.parametrize(
    "value",
    [
        1, -2.5, True, None, ..., "a'b\n", b"\x00", 1 + 2j, (), (1,), [1, [2]], {1, 2}, set(), frozenset(),
        frozenset({3}), {"a": {"b": (1, 2)}}, float("inf"), -float("inf"), 10**50,
    ],
)  # fmt: skip
def test_the_text_of_a_constant_gives_it_again(value: Any):
    text = literal(value)
    assert text is not None
    assert eval(text) == value
    assert type(eval(text)) is type(value)


def test_what_is_no_number_stays_none():
    assert math.isnan(eval(str(literal(math.nan))))


@pytest.mark.parametrize(
    "value",
    [
        object(), np.zeros(3), np.float32(1), Colour.RED, OrderedDict(a=1), [object()], {"a": print},
        {object(): 1}, "x" * (LONGEST + 1), [0] * LONGEST, complex(math.inf, 0), range(3),
        type("Str", (str,), {})("a"),
    ],
)  # fmt: skip
def test_what_is_more_than_its_text_has_none(value: Any):
    assert literal(value) is None


def test_what_holds_itself_has_none():
    held: list[Any] = []
    held.append(held)
    assert literal(held) is None


def test_a_number_of_too_many_digits_has_none():
    assert literal([10**5000]) is None
