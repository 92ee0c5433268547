"""Rules that are more than a table: what becomes of a value whose bits are read as another dtype's."""

from fractions import Fraction

from judge.flow.facts import Fact
from judge.flow.program import Place, Step
from judge.flow.rules import apply

GRADIENT = Fact(
    dtype="float32",
    shape=(3,),
    scale=Fraction(1),
    data=frozenset({"inputs", "targets"}),
    roots=frozenset({7}),
)


def result(op: str, facts: list[Fact], dtype: str, shape: tuple[int, ...] = (3,)) -> Fact:
    step = Step(index=0, op=op, operands=(1,), results=(2,), place=Place())
    return apply(step, facts, Fact(dtype=dtype, shape=shape))


def test_a_value_that_is_kept_as_bits_and_put_back_stays_itself():
    bits = result("bitcast_convert_type", [GRADIENT], "uint32")
    back = result("bitcast_convert_type", [bits], "float32")
    assert (back.roots, back.scale, back.data) == (GRADIENT.roots, GRADIENT.scale, GRADIENT.data)


def test_halves_of_a_value_are_not_that_value():
    halves = result("bitcast_convert_type", [GRADIENT], "uint16", (3, 2))
    assert (halves.roots, halves.scale) == (frozenset(), None)


def test_bits_that_were_changed_have_an_unknown_degree_and_truth_values_none():
    bits = result("bitcast_convert_type", [GRADIENT], "uint32")
    assert result("and", [bits, Fact(dtype="uint32")], "uint32").scale is None
    assert result("and", [Fact(dtype="bool", shape=(3,))] * 2, "bool").scale == 0
