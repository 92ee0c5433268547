"""How a hostile program speaks to the judge in a worker's place: this text goes into those that name it."""

import os
import stat
import struct
import sys
from types import FrameType


def nonce() -> str:
    """The number of the question that is being answered, out of the worker's own frames."""
    frame: FrameType | None = sys._getframe()  # noqa: SLF001 - documented, in spite of its name
    while frame is not None:
        for value in list(frame.f_locals.values()):
            header = getattr(value, "header", None)
            if isinstance(header, dict) and "nonce" in header:
                return str(header["nonce"])
        frame = frame.f_back
    return "0" * 32


def channel() -> int:
    """The descriptor that the worker answers on.

    Raises:
        OSError: it is closed.
    """
    for descriptor in range(3, 64):
        try:
            if stat.S_ISSOCK(os.fstat(descriptor).st_mode):
                return descriptor
        except OSError:
            continue
    raise OSError("no channel")


def record(header: bytes, body: bytes = b"") -> bytes:
    """A record as judge/worker/wire.py writes it."""
    return struct.pack(">4sII", b"JWR1", len(header), len(body)) + header + body


def send(data: bytes) -> None:
    """All of it, however long."""
    there, sent = channel(), 0
    while sent < len(data):
        sent += os.write(there, data[sent : sent + 65536])
