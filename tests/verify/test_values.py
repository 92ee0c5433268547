import numpy as np

from judge.evidence import TreeValue
from judge.verify.values import as_value, cast, first_number


def test_a_dict_is_cast_in_the_order_of_the_other_so_that_a_table_shows_the_same_part_of_both():
    exact = TreeValue(
        kind="dict",
        items=(("beta", as_value(np.float64([0.3]))), ("out", as_value(np.float64([2.0, 1.0])))),
    )
    expected = TreeValue(
        kind="dict",
        items=(("out", as_value(np.float32([2.5, 1.0]))), ("beta", as_value(np.float32([0.25])))),
    )
    found = cast(exact, expected)
    assert isinstance(found, TreeValue)
    assert [key for key, _ in found.items] == ["out", "beta"]
    assert (first_number(found), first_number(expected)) == (2.0, 2.5)
