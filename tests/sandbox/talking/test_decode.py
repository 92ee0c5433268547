from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from judge.evidence import ArrayValue, ExceptionFact, LoadFault, OtherValue, Stop, StopReason, TreeValue
from judge.sandbox.talking.decode import (
    MAX_DEPTH,
    MAX_LINES,
    TEXT_LIMIT,
    BadRecord,
    exception_fact,
    load_fault,
    value,
)
from judge.worker.wire import Array, Record

ARRAYS = (Array("float32", (1,), b"\0\0\x80?"), Array("bool", (), b"\1"))
NONE = {"other": {"kind": "none", "type_name": "NoneType", "text": "None"}}
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from(["array", "tree", "other", "kind", "items", "text"]), inner)
    ),
    max_leaves=10,
)


def tree(*items: Any, kind: Any = "tuple") -> dict[str, Any]:
    return {"tree": {"kind": kind, "items": list(items)}}


def test_an_array_is_looked_up_by_its_number() -> None:
    assert value({"array": 1}, ARRAYS) == ArrayValue(dtype="bool", shape=(), data=b"\1")


def test_a_tree_keeps_kind_keys_and_order() -> None:
    found = value(tree(["b", {"array": 0}], ["a", tree(["0", NONE], kind="list")], kind="dict"), ARRAYS)
    none = OtherValue(kind="none", type_name="NoneType", text="None")
    assert found == TreeValue(
        kind="dict",
        items=(
            ("b", ArrayValue(dtype="float32", shape=(1,), data=b"\0\0\x80?")),
            ("a", TreeValue(kind="list", items=(("0", none),))),
        ),
    )


@pytest.mark.parametrize(
    "described",
    [
        None,
        {},
        [],
        "array",
        {"array": 0, "other": 1},
        {"array": 2},
        {"array": -1},
        {"array": True},
        {"array": 0.0},
        {"array": None},
        {"tree": None},
        {"tree": {"kind": "tuple"}},
        {"tree": {"kind": "tuple", "items": {}}},
        {"tree": {"items": []}},
        tree(kind="set"),
        tree(kind=["tuple"]),
        tree(["0"]),
        tree(["0", NONE, NONE]),
        tree("0"),
        tree(["0", None]),
        {"other": None},
        {"other": {"kind": "none", "type_name": "NoneType"}},
        {"other": {"kind": "none", "type_name": "NoneType", "text": 3}},
    ],
)
def test_what_is_not_described_as_the_worker_does_is_refused(described: object) -> None:
    with pytest.raises(BadRecord):
        value(described, ARRAYS)


@given(JSON)
def test_whatever_comes_is_a_value_or_refused(described: object) -> None:
    try:
        found = value(described, ARRAYS)
    except BadRecord:
        return
    assert isinstance(found, ArrayValue | TreeValue | OtherValue)


@pytest.mark.parametrize(("depth", "fits"), [(MAX_DEPTH, True), (MAX_DEPTH + 1, False)])
def test_a_tree_may_be_so_deep_and_no_deeper(depth: int, *, fits: bool) -> None:
    described: dict[str, Any] = NONE
    for _ in range(depth):
        described = tree(["0", described])
    if fits:
        assert isinstance(value(described, ()), TreeValue)
        return
    with pytest.raises(BadRecord):
        value(described, ())


def test_texts_and_lines_are_cut() -> None:
    fact = exception_fact({"type": "E" * 9000, "message": "m" * 9000, "lines": list(range(1, 9000))})
    assert (len(fact.type), len(fact.message)) == (TEXT_LIMIT, TEXT_LIMIT)
    assert fact.lines == tuple(range(9000 - MAX_LINES, 9000))
    assert fact.line == 8999


def test_an_exception_without_lines_has_no_line() -> None:
    fact = exception_fact({"type": "E", "message": "m", "lines": []})
    assert (fact, fact.line) == (ExceptionFact(type="E", message="m"), None)


@pytest.mark.parametrize(
    "described",
    [
        None,
        {},
        {"type": "E", "message": "m"},
        {"type": "E", "message": "m", "lines": [1.0]},
        {"type": "E", "message": "m", "lines": [True]},
        {"type": "E", "message": "m", "lines": ["1"]},
        {"type": 3, "message": "m", "lines": []},
        {"type": "E", "lines": []},
    ],
)
def test_an_exception_of_another_form_is_refused(described: object) -> None:
    with pytest.raises(BadRecord):
        exception_fact(described)


def test_lines_that_no_file_has_are_left_out() -> None:
    described = {"type": "E", "message": "m", "lines": [0, 3, -1, 10**4000, 1 << 20]}
    assert exception_fact(described).lines == (3, 1 << 20)
    header = {"op": "fault", "kind": "syntax", "message": "m", "line": 10**4000}
    fault = load_fault(Record(header), None)
    assert fault is not None
    assert (fault.kind, fault.line) == ("syntax", None)


def test_a_program_that_was_loaded_has_no_fault() -> None:
    assert load_fault(Record({"op": "loaded", "names": []}), None) is None


def test_a_fault_of_loading_is_told_as_it_was() -> None:
    raised = {"type": "KeyError", "message": "'k'", "lines": [2]}
    record = Record({"op": "fault", "kind": "import", "message": "m", "line": 2, "exception": raised})
    fact = ExceptionFact(type="KeyError", message="'k'", lines=(2,))
    assert load_fault(record, None) == LoadFault(kind="import", message="m", line=2, exception=fact)
    record = Record({"op": "fault", "kind": "syntax", "message": "m", "line": None, "exception": None})
    assert load_fault(record, None) == LoadFault(kind="syntax", message="m")


@pytest.mark.parametrize("line", [0, -3])
def test_a_line_that_no_file_has_is_no_line(line: int) -> None:
    fault = load_fault(Record({"op": "fault", "kind": "syntax", "message": "m", "line": line}), None)
    assert fault == LoadFault(kind="syntax", message="m")


@pytest.mark.parametrize(
    "header",
    [
        {},
        {"op": "value"},
        {"op": "fault"},
        {"op": "fault", "kind": "encoding", "message": "m", "line": 1},
        {"op": "fault", "kind": ["syntax"], "message": "m", "line": 1},
        {"op": "fault", "kind": "syntax", "message": "m", "line": "1"},
        {"op": "fault", "kind": "syntax", "message": None, "line": 1},
        {"op": "fault", "kind": "import", "message": "m", "line": 1, "exception": {}},
        {"op": "ready", "kind": "import", "message": "m", "line": 1},
    ],
)
def test_another_answer_to_loading_is_a_protocol_stop(header: dict[str, Any]) -> None:
    fault = load_fault(Record(header), None)
    assert fault is not None
    assert fault.stop is not None
    assert (fault.kind, fault.stop.reason) == ("import", StopReason.PROTOCOL)


def test_a_stop_while_loading_is_kept() -> None:
    stop = Stop(reason=StopReason.WALL, measured=2.0, limit=1.0, detail="2.0 s, 1 allowed")
    message = "while the file was imported: 2.0 s, 1 allowed"
    assert load_fault(None, stop) == LoadFault(kind="import", message=message, stop=stop)
    nothing = load_fault(None, None)
    assert nothing is not None
    assert nothing.stop == Stop(reason=StopReason.PROTOCOL)
