import math
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from judge.problem.faults import FaultLog
from judge.problem.node import NAME, Node, did_you_mean
from judge.problem.node import given as given_entry

PLAIN = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=8,
)


def node_of(value: object) -> Node:
    return Node(value=value, place=("a",), log=FaultLog(path="a.yaml", lines={(): 1, ("a",): 2}))


def said(node: Node) -> list[str]:
    return [f"{fault.where} {fault.what}" for fault in node.log.faults]


def test_a_near_word_is_suggested_and_otherwise_all_are_listed():
    assert did_you_mean("loss_scal", ("lr", "loss_scale")) == "; did you mean `loss_scale`?"
    assert did_you_mean("zzz", ("lr", "loss_scale")) == "; known here: lr, loss_scale"
    assert did_you_mean("lr" * 30, ("lr",)) == "; known here: lr"
    assert did_you_mean("zzz", ()) == ""


@pytest.mark.parametrize(
    ("value", "check", "result", "faults"),
    [
        ("x", Node.text, "x", []),
        (None, Node.text, "?", ["a must be text, not nothing"]),
        ({}, Node.text, "?", ["a must be text, not a mapping"]),
        ("a\x1bb", Node.text, "?", ["a must be one line of printable text"]),
        (3, Node.number, 3.0, []),
        (True, Node.number, 1.0, ["a must be a number, not true"]),
        ("3", Node.number, 1.0, ["a must be a number, not the text '3'"]),
        (math.nan, Node.number, 1.0, ["a must be a finite number, not nan"]),
        (-math.inf, Node.number, 1.0, ["a must be a finite number, not -inf"]),
        (5, lambda node: node.number(below=5), 5.0, ["a must be below 5, not 5"]),
        (5, lambda node: node.number(above=5), 5.0, ["a must be above 5, not 5"]),
        (5, lambda node: node.number(least=6), 5.0, ["a must be at least 6, not 5"]),
        (5, lambda node: node.number(most=4.5), 5.0, ["a must be at most 4.5, not 5"]),
        (5.0, lambda node: node.whole(least=0, most=5), 5, []),
        (2**63 - 1, lambda node: node.whole(least=0, most=2**63 - 1), 2**63 - 1, []),
        (
            2**63,
            lambda node: node.whole(least=0, most=2**63 - 1),
            0,
            [f"a must be from 0 to {2**63 - 1}, not {2**63}"],
        ),
        (5.5, lambda node: node.whole(least=1, most=5), 1, ["a must be a whole number, not 5.5"]),
        (6, lambda node: node.whole(least=1, most=5), 1, ["a must be from 1 to 5, not 6"]),
        ("b", lambda node: node.one_of(("b", "c")), "b", []),
        ("d", lambda node: node.one_of(("b", "c")), "b", ["a is unknown: 'd'; known here: b, c"]),
        (3, lambda node: node.one_of(("b", "c")), "b", ["a must be text, not 3"]),
        ("a b", lambda node: node.matching(NAME, "a name"), "a b", ["a must be a name, not 'a b'"]),
    ],
)
def test_a_check_gives_the_value_or_a_stand_in_and_a_fault(
    value: object, check: Callable[[Node], object], result: object, faults: list[str]
):
    node = node_of(value)
    assert (check(node), said(node)) == (result, faults)


def test_unknown_and_missing_keys_are_faults_of_their_own():
    node = node_of({"b": 1, "x": 2})
    assert list(node.mapping(required=("b", "c"), optional=("d",))) == ["b"]
    assert said(node) == ["a.x is an unknown key; known here: b, c, d", "a.c is missing"]


def test_unknown_keys_are_passed_over_when_lenient():
    node = node_of({"b": 1, "x": 2})
    assert list(node.mapping(required=("b",), lenient=True)) == ["b"]
    assert said(node) == []


def test_long_lists_and_mappings_are_refused_in_one_fault():
    node = node_of(list(range(1001)))
    assert node.items() == ()
    assert said(node) == ["a has 1001 items; at most 1000 are allowed"]
    node = node_of({str(key): key for key in range(1001)})
    assert node.mapping() == {}
    assert said(node) == ["a has 1001 keys; at most 1000 are allowed"]


def test_an_entry_that_is_not_given_has_the_default():
    entries = node_of({"b": 3}).entries()
    assert given_entry(entries, "b", Node.number, 7.0) == 3.0
    assert given_entry(entries, "c", Node.number, 7.0) == 7.0


@given(PLAIN)
def test_checks_are_total_and_give_what_they_promise(value: object):
    assert isinstance(node_of(value).text(), str)
    assert math.isfinite(node_of(value).number(least=0))
    assert 1 <= node_of(value).whole(least=1, most=9) <= 9
    assert node_of(value).one_of(("b", "c")) in {"b", "c"}
    assert isinstance(node_of(value).items(), tuple)
    assert isinstance(node_of(value).mapping(required=("b",)), dict)
