import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from toys import array, other

from judge.evidence import TreeValue, Value
from judge.expected.truth import (
    CaseTruth,
    as_numpy,
    from_bytes,
    outputs_from_bytes,
    outputs_to_bytes,
    to_bytes,
)
from judge.sandbox.talking.decode import BadRecord
from judge.worker.wire import Record, WireError, encode

TEXT = st.text(max_size=5)
ARRAYS = st.lists(st.floats(width=32), max_size=3).map(array)
OTHERS = st.builds(other, TEXT, TEXT, TEXT)


def trees(children: st.SearchStrategy[Value]) -> st.SearchStrategy[Value]:
    items = st.lists(st.tuples(TEXT, children), max_size=3).map(tuple)
    return st.builds(TreeValue, kind=st.sampled_from(["tuple", "list", "dict"]), items=items)


VALUES = st.one_of(ARRAYS, OTHERS, trees(ARRAYS | OTHERS), trees(trees(ARRAYS)))


@given(VALUES, st.lists(TEXT, max_size=2, unique=True))
def test_what_is_kept_comes_back(value: Value, inputs: list[str]) -> None:
    arrays = {name: np.full((2, number), number, np.float32) for number, name in enumerate(inputs)}
    back = from_bytes(to_bytes(CaseTruth(arrays=arrays, value=value)))
    assert (back.value, back.fault) == (value, None)
    assert {name: one.tolist() for name, one in back.arrays.items()} == {
        name: one.tolist() for name, one in arrays.items()
    }
    assert all(one.dtype == np.float32 for one in back.arrays.values())


@given(st.dictionaries(TEXT, VALUES, max_size=3))
def test_outputs_of_mistakes_come_back(outputs: dict[str, Value]) -> None:
    assert outputs_from_bytes(outputs_to_bytes(outputs)) == outputs


@given(st.binary(max_size=64))
def test_what_is_no_entry_is_refused(data: bytes) -> None:
    for read in (from_bytes, outputs_from_bytes):
        with pytest.raises(WireError):
            read(data)


def test_an_entry_of_one_kind_is_none_of_the_other() -> None:
    with pytest.raises(KeyError):
        outputs_from_bytes(to_bytes(CaseTruth(arrays={}, value=array([1.0]))))
    with pytest.raises(KeyError):
        from_bytes(outputs_to_bytes({}))


@pytest.mark.parametrize("cut", [1, 5, 40])
def test_an_entry_cut_short_or_run_on_is_refused(cut: int) -> None:
    data = to_bytes(CaseTruth(arrays={"x": np.ones(3, np.float32)}, value=array([1.0])))
    for damaged in (data[:-cut], data + b"x" * cut):
        with pytest.raises(WireError):
            from_bytes(damaged)


def test_an_entry_that_refers_to_arrays_it_has_not_is_refused() -> None:
    header = {"inputs": {}, "value": {"array": 0}}
    with pytest.raises(BadRecord):
        from_bytes(encode(Record(header)))
    with pytest.raises(IndexError):
        from_bytes(encode(Record({**header, "inputs": {"x": 0}})))
    with pytest.raises(KeyError):
        from_bytes(encode(Record({"inputs": {}})))


def test_an_array_is_read_as_numpy_and_cannot_be_changed() -> None:
    made = as_numpy(array([[1.0, 2.0]], "bfloat16"))
    assert (made.dtype.name, made.tolist()) == ("bfloat16", [[1.0, 2.0]])
    with pytest.raises(ValueError, match="read-only"):
        made[0] = 3
