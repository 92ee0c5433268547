"""What is true of a case: its inputs and its expected output; and what known mistakes give in it."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from judge.evidence import ArrayValue, TreeValue, Value
from judge.sandbox.talking.case_inputs import Arrays, as_wire, from_wire
from judge.sandbox.talking.decode import value
from judge.worker.wire import PREFIX, Array, Record, WireError, decode, encode, sizes

ENTRY_LIMIT = 1 << 30  # bytes of one entry on disk

Outputs = Mapping[str, Value]  # name of a mistake variant → what it gives in a case


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseTruth:
    """What one case's inputs are, and what should come out.

    Attributes:
        arrays: leaf name → input array. value: the expected output; None when `fault` says why there is none.
    """

    arrays: Arrays
    value: Value | None = None
    fault: str | None = None


def to_bytes(truth: CaseTruth) -> bytes:
    """A truth without fault as it is kept on disk: one record of the wire format."""
    arrays: list[Array] = []
    header = {
        "inputs": {name: _placed(as_wire(array), arrays) for name, array in truth.arrays.items()},
        "value": None if truth.value is None else _described(truth.value, arrays),
    }
    return encode(Record(header, tuple(arrays)))


def from_bytes(data: bytes) -> CaseTruth:
    """The truth that `to_bytes` wrote.

    Raises:
        WireError, BadRecord, KeyError: it was written by something else.
    """
    record = _record(data)
    inputs = {name: from_wire(record.arrays[index]) for name, index in record.header["inputs"].items()}
    return CaseTruth(arrays=inputs, value=value(record.header["value"], record.arrays))


def outputs_to_bytes(outputs: Outputs) -> bytes:
    """What mistake variants give in one case, as it is kept on disk."""
    arrays: list[Array] = []
    header = {"mistakes": {name: _described(one, arrays) for name, one in outputs.items()}}
    return encode(Record(header, tuple(arrays)))


def outputs_from_bytes(data: bytes) -> dict[str, Value]:
    """The outputs that `outputs_to_bytes` wrote.

    Raises:
        WireError, BadRecord, KeyError: it was written by something else.
    """
    record = _record(data)
    return {name: value(one, record.arrays) for name, one in record.header["mistakes"].items()}


def _record(data: bytes) -> Record:
    if len(data) < PREFIX.size:
        raise WireError("an entry is too short")
    header_size, _ = sizes(data[: PREFIX.size], limit=ENTRY_LIMIT)
    return decode(data[PREFIX.size : PREFIX.size + header_size], data[PREFIX.size + header_size :])


def _placed(array: Array, arrays: list[Array]) -> int:
    arrays.append(array)
    return len(arrays) - 1


def _described(one: Value, arrays: list[Array]) -> dict[str, Any]:
    if isinstance(one, ArrayValue):
        return {"array": _placed(Array(one.dtype, one.shape, one.data), arrays)}
    if isinstance(one, TreeValue):
        items = [[key, _described(item, arrays)] for key, item in one.items]
        return {"tree": {"kind": one.kind, "items": items}}
    return {"other": {"kind": one.kind, "type_name": one.type_name, "text": one.text}}


def as_numpy(one: ArrayValue) -> np.ndarray[Any, Any]:
    """The numpy array of a returned one; read-only."""
    return from_wire(Array(one.dtype, one.shape, one.data))
