"""The records that pass the sandbox's wall, in both directions: bounded, checked, never executed.

A record is 4 bytes of magic, the length of its header and of its body (unsigned 32 bit, big endian), the
header (a JSON object, UTF-8) and the body (the raw bytes of the arrays that `header["arrays"]` describes,
one after the other, C order, little endian). There is no pickle and nothing else that could run.

This module is the one that both sides share; it imports only the standard library.
"""

import json
import math
import struct
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

MAGIC = b"JWR1"
PREFIX = struct.Struct(">4sII")

# Bytes per element of every dtype that may pass; names as numpy and ml_dtypes spell them.
ITEM_SIZES: Mapping[str, int] = {
    "bool": 1, "int8": 1, "uint8": 1, "int16": 2, "uint16": 2,
    "int32": 4, "uint32": 4, "int64": 8, "uint64": 8,
    "float16": 2, "bfloat16": 2, "float32": 4, "float64": 8, "complex64": 8, "complex128": 16,
    "float8_e4m3fn": 1, "float8_e5m2": 1,
}  # fmt: skip

MAX_RANK = 64  # of numpy
# In a header: each can cost Python a hundred bytes, of which a few on the wire are enough to ask for it.
MAX_PARTS = 300_000


class WireError(Exception):
    """What came is no record of this format, or is larger than allowed."""


@dataclass(frozen=True, slots=True)
class Array:
    """One array as it passes the wall: `data` holds prod(shape) elements of `dtype`."""

    dtype: str
    shape: tuple[int, ...]
    data: bytes


@dataclass(frozen=True, slots=True)
class Record:
    """A header (JSON object without "arrays") and the arrays that it refers to by index."""

    header: Mapping[str, Any]
    arrays: tuple[Array, ...] = ()


def encode(record: Record) -> bytes:
    """The bytes of one record.

    Raises:
        ValueError: the header holds something that JSON has no word for, NaN included.
    """
    described = [{"dtype": array.dtype, "shape": list(array.shape)} for array in record.arrays]
    header = json.dumps({**record.header, "arrays": described}, allow_nan=False).encode()
    body = b"".join(array.data for array in record.arrays)
    return PREFIX.pack(MAGIC, len(header), len(body)) + header + body


def sizes(prefix: bytes, *, limit: int) -> tuple[int, int]:
    """Lengths of header and body, from the first `PREFIX.size` bytes.

    Raises:
        WireError: no record begins so, or header and body together exceed `limit` bytes.
    """
    magic, header, body = PREFIX.unpack(prefix)
    if magic != MAGIC:
        raise WireError("what came on the result channel is no record")
    if header + body > limit:
        raise WireError(f"a record of {header + body} bytes came, {limit} are allowed")
    return header, body


def decode(header: bytes, body: bytes) -> Record:
    """The record of these two parts.

    Raises:
        WireError: the header is no JSON object, or its arrays don't fit the body.
    """
    if sum(map(header.count, b"[{,:")) > MAX_PARTS:
        raise WireError("a record's header has too many parts")
    try:
        fields = json.loads(header.decode("utf-8"), parse_constant=_refuse_constant, parse_float=_finite)
    except (ValueError, RecursionError) as error:
        raise WireError(f"a record's header is no JSON: {error}") from None
    if not isinstance(fields, dict):
        raise WireError("a record's header is no JSON object")
    return Record(fields, tuple(_arrays(fields.pop("arrays", []), body)))


def _refuse_constant(name: str) -> float:
    raise ValueError(f"{name} is no JSON")


def _finite(digits: str) -> float:
    """A number of the header; `1e999` is one for JSON, and infinity for Python."""
    number = float(digits)
    return number if math.isfinite(number) else _refuse_constant(digits[:20])


def _arrays(described: object, body: bytes) -> Iterable[Array]:
    if not isinstance(described, list):
        raise WireError("a record's arrays are no list")
    offset = 0
    for item in described:
        dtype, shape = _array_head(item)
        size = math.prod(shape) * ITEM_SIZES[dtype]
        if offset + size > len(body):
            raise WireError("a record's arrays are longer than its body")
        yield Array(dtype, shape, body[offset : offset + size])
        offset += size
    if offset != len(body):
        raise WireError("a record's body is longer than its arrays")


def _array_head(item: object) -> tuple[str, tuple[int, ...]]:
    dtype = item.get("dtype") if isinstance(item, dict) else None
    shape = item.get("shape") if isinstance(item, dict) else None
    if not isinstance(dtype, str) or dtype not in ITEM_SIZES:
        raise WireError("an array of unknown dtype came")
    if not isinstance(shape, list) or len(shape) > MAX_RANK or not all(_is_size(size) for size in shape):
        raise WireError("an array of impossible shape came")
    return dtype, tuple(shape)


def _is_size(size: object) -> bool:
    return type(size) is int and 0 <= size < 2**32


def read(receive: Callable[[int], bytes], *, limit: int) -> Record | None:
    """The next record from a blocking source, None where it ends before a record begins.

    Args:
        receive: gives at most that many bytes, b"" at the end, as `socket.recv` does.
        limit: bytes that header and body together may have.

    Raises:
        WireError: the source ends within a record, or what came is none.
    """
    prefix = _exactly(receive, PREFIX.size)
    if not prefix:
        return None
    if len(prefix) < PREFIX.size:
        raise WireError("the channel ended within a record")
    header, body = sizes(prefix, limit=limit)
    rest = _exactly(receive, header + body)
    if len(rest) < header + body:
        raise WireError("the channel ended within a record")
    return decode(rest[:header], rest[header:])


def _exactly(receive: Callable[[int], bytes], count: int) -> bytes:
    parts = bytearray()
    while len(parts) < count:
        part = receive(min(count - len(parts), 1 << 20))
        if not part:
            break
        parts += part
    return bytes(parts)
