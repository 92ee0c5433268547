"""A result as bytes, and back: whoever wrote them, nothing in them is run."""

import re
import zlib
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

import msgspec

from judge.report import FlowFact, SubmissionResult

SURROGATE = re.compile("[\ud800-\udfff]")


@dataclass(frozen=True, slots=True, kw_only=True)
class Packed:
    """A result in parts: `record` is small and always read, `flow` and `source` only where they are shown."""

    record: bytes
    flow: bytes
    source: bytes | None

    def mentions(self, words: str) -> bool:
        """Whether these words stand in it, besides in the source."""
        wanted = words.encode("utf-8", "replace")
        return wanted in self.record or wanted in zlib.decompress(self.flow)


def packed(result: SubmissionResult) -> Packed:
    """Everything of a result but its name and points; half surrogates are as reports write them."""
    parts = {"listing": result.flow.listing, "graph": result.flow.graph}
    small = replace(
        result,
        submission="",
        source=None,
        points=100,
        rubric=None,
        flow=replace(result.flow, listing=None, graph=None),
    )
    source = None if result.source is None else zlib.compress(result.source.encode("utf-8", "replace"))
    return Packed(record=_bytes(small), flow=zlib.compress(_bytes(parts)), source=source)


def unpacked(kept: Packed, submission: str, *, with_flow: bool = True) -> SubmissionResult:
    """The result, under this submission's name.

    Raises:
        ValueError: these bytes are no result.
    """
    try:
        result = _RESULT.decode(kept.record)
        flow = _with_parts(result.flow, kept.flow) if with_flow else result.flow
        source = None if kept.source is None else zlib.decompress(kept.source).decode("utf-8")
        return replace(result, submission=submission, source=source, flow=flow)
    except (msgspec.MsgspecError, zlib.error, UnicodeDecodeError, TypeError) as error:
        raise ValueError(f"these bytes are no result: {error}") from error


def _with_parts(flow: FlowFact, kept: bytes) -> FlowFact:
    parts: dict[str, Any] = msgspec.msgpack.decode(zlib.decompress(kept))
    return replace(flow, listing=parts.get("listing"), graph=parts.get("graph"))


_RESULT = msgspec.msgpack.Decoder(SubmissionResult)


def _bytes(value: object) -> bytes:
    try:
        return msgspec.msgpack.encode(value)
    except UnicodeEncodeError:
        return msgspec.msgpack.encode(_without_surrogates(msgspec.to_builtins(value)))


def _without_surrogates(value: Any) -> Any:  # noqa: ANN401 - plain data of any form
    if isinstance(value, str):
        return SURROGATE.sub(lambda found: f"\\u{ord(found[0]):04x}", value)
    if isinstance(value, Mapping):
        return {_without_surrogates(key): _without_surrogates(item) for key, item in value.items()}
    return [_without_surrogates(item) for item in value] if isinstance(value, list | tuple) else value
