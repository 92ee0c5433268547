import ast
import json
import math
import struct
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from judge.worker import wire
from judge.worker.wire import (
    ITEM_SIZES,
    MAGIC,
    MAX_PARTS,
    MAX_RANK,
    PREFIX,
    Array,
    Record,
    WireError,
    decode,
    encode,
    read,
    sizes,
)

TEXT = st.text(max_size=10)
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | TEXT,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXT, inner, max_size=3),
    max_leaves=8,
)
HEADERS = st.dictionaries(TEXT.filter(lambda key: key != "arrays"), JSON, max_size=4)


@st.composite
def array(draw: st.DrawFn) -> Array:
    dtype = draw(st.sampled_from(sorted(ITEM_SIZES)))
    shape = tuple(draw(st.lists(st.integers(min_value=0, max_value=3), max_size=4)))
    size = math.prod(shape) * ITEM_SIZES[dtype]
    return Array(dtype, shape, draw(st.binary(min_size=size, max_size=size)))


RECORDS = st.builds(Record, HEADERS, st.lists(array(), max_size=3).map(tuple))


def source(data: bytes, step: int = 1 << 20) -> Callable[[int], bytes]:
    """Like `socket.recv`: at most as much as is asked for, and at most `step` bytes at a time."""
    rest = bytearray(data)

    def receive(count: int) -> bytes:
        part = bytes(rest[: min(count, step)])
        del rest[: len(part)]
        return part

    return receive


def prefix(header: int, body: int, magic: bytes = MAGIC) -> bytes:
    return PREFIX.pack(magic, header, body)


@given(RECORDS, st.integers(min_value=1, max_value=50))
def test_a_record_comes_back_as_it_was_however_it_is_cut_up(record: Record, step: int) -> None:
    assert read(source(encode(record), step), limit=1 << 20) == record


@given(st.lists(RECORDS, max_size=4))
def test_records_come_one_after_the_other_and_then_none(records: list[Record]) -> None:
    receive = source(b"".join(map(encode, records)), 7)
    for record in records:
        assert read(receive, limit=1 << 20) == record
    assert read(receive, limit=1 << 20) is None


@given(RECORDS, st.data())
def test_a_source_that_ends_within_a_record_is_told(record: Record, data: st.DataObject) -> None:
    whole = encode(record)
    cut = data.draw(st.integers(min_value=1, max_value=len(whole) - 1))
    with pytest.raises(WireError, match="ended within a record"):
        read(source(whole[:cut]), limit=1 << 20)


@given(st.binary(max_size=80))
@example(MAGIC + bytes(8))
@example(prefix(2, 0) + b"[]")
@example(prefix(4, 0) + b"null")
def test_noise_is_refused_and_never_anything_else(noise: bytes) -> None:
    with pytest.raises(WireError) if noise else _nothing():
        assert read(source(noise), limit=1 << 10) is None


class _nothing:  # noqa: N801 - a context manager, as pytest.raises is one
    def __enter__(self) -> None:
        pass

    def __exit__(self, *_: object) -> None:
        pass


@given(RECORDS, st.data())
def test_a_record_with_one_byte_changed_is_refused_or_a_record_that_can_be_sent_again(
    record: Record, data: st.DataObject
) -> None:
    whole = bytearray(encode(record))
    place = data.draw(st.integers(min_value=PREFIX.size, max_value=len(whole) - 1))
    whole[place] = data.draw(st.integers(min_value=0, max_value=255))
    try:
        found = read(source(bytes(whole)), limit=1 << 20)
    except WireError:
        return
    assert found is not None
    assert read(source(encode(found)), limit=1 << 20) == found


@given(st.binary(max_size=60), st.binary(max_size=20))
@example(b'{"a": 1e999}', b"")
@example(b'{"a": NaN}', b"")
@example(b'{"a": -Infinity}', b"")
@example(b"[" * 100_000, b"")
@example(b'{"a": ' + b"9" * 5000 + b"}", b"")
@example(b'{"arrays": {}}', b"")
@example(b"\xff\xfe{}", b"")
def test_any_header_is_refused_or_a_record(header: bytes, body: bytes) -> None:
    try:
        found = decode(header, body)
    except WireError:
        return
    assert read(source(encode(found)), limit=1 << 20) == found


@pytest.mark.parametrize(
    ("described", "body", "message"),
    [
        ([{"dtype": "float32", "shape": [2]}], bytes(7), "longer than its body"),
        ([{"dtype": "float32", "shape": [2]}], bytes(9), "body is longer than its arrays"),
        ([], b"x", "body is longer than its arrays"),
        ([{"dtype": "object", "shape": [1]}], bytes(8), "unknown dtype"),
        ([{"dtype": ["float32"], "shape": [1]}], bytes(4), "unknown dtype"),
        (["float32"], bytes(4), "unknown dtype"),
        ([{"dtype": "float32"}], bytes(4), "impossible shape"),
        ([{"dtype": "float32", "shape": 1}], bytes(4), "impossible shape"),
        ([{"dtype": "float32", "shape": [-1]}], bytes(4), "impossible shape"),
        ([{"dtype": "float32", "shape": [True]}], bytes(4), "impossible shape"),
        ([{"dtype": "float32", "shape": [1.0]}], bytes(4), "impossible shape"),
        ([{"dtype": "float32", "shape": [2**32]}], bytes(4), "impossible shape"),
        ([{"dtype": "float32", "shape": [1] * (MAX_RANK + 1)}], bytes(4), "impossible shape"),
        ([{"dtype": "float32", "shape": [2**31] * 64}], bytes(4), "longer than its body"),
        ("many", b"", "arrays are no list"),
    ],
)
def test_arrays_that_do_not_fit_are_refused(described: object, body: bytes, message: str) -> None:
    with pytest.raises(WireError, match=message):
        decode(json.dumps({"arrays": described}).encode(), body)


@pytest.mark.parametrize("header", [b"", b"[]", b"3", b'"text"', b"{", b"{}x", b'{"a": Infinity}', b"\xff"])
def test_a_header_that_is_no_json_object_is_refused(header: bytes) -> None:
    with pytest.raises(WireError):
        decode(header, b"")


def test_a_record_without_arrays_needs_no_word_for_them() -> None:
    assert decode(b'{"op": "ready"}', b"") == Record({"op": "ready"})


def test_what_is_too_large_is_refused_before_it_is_read() -> None:
    asked: list[int] = []

    def receive(count: int) -> bytes:
        asked.append(count)
        return prefix(2**31, 2**31)

    with pytest.raises(WireError, match="4294967296 bytes came, 1024 are allowed"):
        read(receive, limit=1024)
    assert asked == [PREFIX.size]


@pytest.mark.parametrize(("header", "body", "fits"), [(60, 40, True), (60, 41, False), (0, 0, True)])
def test_the_limit_is_for_header_and_body_together(header: int, body: int, *, fits: bool) -> None:
    if fits:
        assert sizes(prefix(header, body), limit=100) == (header, body)
        return
    with pytest.raises(WireError):
        sizes(prefix(header, body), limit=100)


def test_another_magic_is_refused() -> None:
    with pytest.raises(WireError, match="is no record"):
        sizes(prefix(0, 0, b"JWR0"), limit=100)


@pytest.mark.parametrize("value", [math.nan, math.inf, object(), b"x"])
def test_what_json_has_no_word_for_is_not_encoded(value: object) -> None:
    with pytest.raises((ValueError, TypeError)):
        encode(Record({"value": value}))


def test_the_bytes_of_a_record_are_fixed() -> None:
    record = Record({"op": "value"}, (Array("int16", (2,), struct.pack("<2h", 1, -2)),))
    header = b'{"op": "value", "arrays": [{"dtype": "int16", "shape": [2]}]}'
    assert encode(record) == b"JWR1" + struct.pack(">II", len(header), 4) + header + b"\x01\x00\xfe\xff"


def test_the_module_that_both_sides_share_imports_the_standard_library_alone() -> None:
    tree = ast.parse(Path(wire.__file__).read_text(encoding="utf-8"))
    imports = [node for node in ast.walk(tree) if isinstance(node, ast.Import | ast.ImportFrom)]
    names = {
        name.split(".")[0]
        for node in imports
        for name in (
            [node.module or ""] if isinstance(node, ast.ImportFrom) else [item.name for item in node.names]
        )
    }
    assert names
    assert names <= sys.stdlib_module_names


def test_a_header_of_millions_of_small_parts_is_refused_before_it_is_read() -> None:
    most = b'{"a": [' + b"1," * (MAX_PARTS - 3) + b"1]}"
    assert len(decode(most, b"").header["a"]) == MAX_PARTS - 2
    for bomb in (b'{"a": [' + b"{}," * MAX_PARTS + b"1]}", b"[" * (MAX_PARTS + 1)):
        with pytest.raises(WireError, match="too many parts"):
            decode(bomb, b"")
