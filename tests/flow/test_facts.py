"""What is known of a value can be told anew with some of it changed, and nothing of it lost."""

from dataclasses import fields, replace
from fractions import Fraction

import pytest

from judge.flow.facts import Fact

FULL = Fact(
    dtype="float16",
    shape=(2, 3),
    depends=frozenset({"inputs"}),
    data=frozenset({"targets"}),
    scale=Fraction(1),
    lr=Fraction(2),
    zero=True,
    lost=True,
    roots=frozenset({7}),
    rounded=(3,),
    touched=frozenset({"bfloat16"}),
    narrow=True,
    parameter=True,
    value=4.0,
)
OTHER = Fact(dtype="float32", shape=(1,))


def test_all_fields_are_kept() -> None:
    assert FULL.but() == FULL
    assert FULL.but() is not FULL


@pytest.mark.parametrize("name", [field.name for field in fields(Fact)])
def test_one_field_is_changed_and_the_original_is_not(name: str) -> None:
    before = replace(FULL)
    changed = FULL.but(**{name: getattr(OTHER, name)})
    assert changed == replace(FULL, **{name: getattr(OTHER, name)})
    assert changed != FULL
    assert before == FULL


def test_a_field_that_is_none_is_refused() -> None:
    with pytest.raises(AttributeError):
        FULL.but(size=3)
