"""How a call ended that gave no numbers to compare."""

import pytest
from toys import array, gave, other

from judge.compare import Comparison, compare
from judge.evidence import Value
from judge.messages.no_value import returned
from judge.problem.model import ArraySpec
from judge.problem.tolerance import Tolerance

SOURCE = """\
def step(seed, x):
    if seed > 1:
        return [
            x,
        ]
    if seed < 0:
        return None
    print(x)


def with_file(seed, x):
    with open("x") as file:
        return float(x)


def tidies_up(seed, x):
    try:
        return float(x)
    finally:
        x.clear()
        x = None


def two(seed, x):
    with x:
        if seed:
            return float(x)
        return None


class Step:
    def __call__(self, seed, x):
        return x.shape


step_two = lambda seed, x: float(x)
"""
FORM = ArraySpec(dtype="float32", shape=(1,))


def of(value: Value) -> Comparison:
    return compare(array([1.0]), value, FORM, Tolerance(relative=0.5))


def said(value: Value, left_at: int | None, source: str | None = SOURCE) -> tuple[str, int | None]:
    message, line = returned(of(value), gave("one", value, left_at=left_at), source)
    return message.partition(";")[0], line


@pytest.mark.parametrize(
    ("value", "message"),
    [
        (other("float"), "line 3: a Python float came"),
        (array(1.0), "line 3: expected an array of shape (1,), got shape ()"),
        (array([1.0], "bfloat16"), "line 3: expected dtype float32, got bfloat16"),
    ],
)
def test_a_wrong_type_shape_and_dtype_name_the_return(value: Value, message: str) -> None:
    assert said(value, 3) == (message, 3)


def test_a_return_of_several_lines_is_named_by_its_first_one() -> None:
    assert said(other("list"), 4) == ("line 3: a list came", 3)


def test_what_to_do_stays_in_the_message() -> None:
    message, _ = returned(of(other("float")), gave("one", other("float"), left_at=3), SOURCE)
    assert message == f"line 3: {of(other('float')).message}"
    assert "; return an array of shape (1,)" in message


def test_a_function_that_comes_to_its_end_is_told_so() -> None:
    nothing = "the function returned nothing (None)"
    assert said(other("none"), 8) == (f"line 8: {nothing}: it ends here without a `return`", 8)
    assert said(other("none"), 7) == (f"line 7: {nothing}", 7)


@pytest.mark.parametrize(("left_at", "line"), [(12, 13), (20, 18), (21, 18), (33, 33)])
def test_what_is_done_after_the_return_is_not_taken_for_it(left_at: int, line: int) -> None:
    assert said(other("float"), left_at)[1] == line


@pytest.mark.parametrize(
    ("kind", "left_at"),
    [
        ("float", 25),  # the line of a `with` that has two
        ("none", 12),  # whether it returned None or had come to its end
        ("none", 20),
        ("float", 36),  # a lambda
        ("float", 99),
        ("float", None),
    ],
)
def test_where_the_return_is_not_known_for_sure_no_line_is_named(kind: str, left_at: int | None) -> None:
    value = other(kind)
    assert returned(of(value), gave("one", value, left_at=left_at), SOURCE) == (of(value).message, None)


@pytest.mark.parametrize("source", [None, "", "def step(:", "x = 1\n" * 3])
def test_a_text_that_cannot_be_read_has_no_lines(source: str | None) -> None:
    assert said(other("float"), 3, source) == ("a Python float came", None)


def test_numbers_have_no_line() -> None:
    assert said(array([7.0]), 3)[1] is None
    assert said(array([1.0]), 3) == ("", None)
