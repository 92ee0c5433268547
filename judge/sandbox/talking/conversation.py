"""Ask one worker one question at a time, within limits.

One loop watches the channel, both output pipes and the clock. The answer is always a record or a `Stop`:
the worker's death, noise on the channel and broken limits are facts, not exceptions.
"""

import contextlib
import os
import selectors
import signal
import socket
import struct
import time
from dataclasses import dataclass, replace

from judge.evidence import Stop, StopReason
from judge.problem.model import Limits
from judge.sandbox.limits import out_of_memory
from judge.sandbox.limits.exceeded import broken_limit
from judge.sandbox.limits.tree_usage import Usage, UsageMeter
from judge.sandbox.starting.process import Process
from judge.sandbox.talking.printed import PrintedOutput, Streams
from judge.worker.wire import PREFIX, Record, WireError, decode, encode, sizes

CHUNK = 1 << 16
HEADER_BYTES = 1 << 20  # what an answer may have beyond the arrays that the limit speaks of
SENDER = struct.Struct("3i")  # struct ucred: pid, uid, gid
SCM_CREDENTIALS = 2  # <linux/socket.h>
LAST_WORDS = 4096  # bytes of stderr that may say why a process aborted
CHECK_SECONDS = 0.1  # between two looks at what a worker uses; each look costs the judge more than it seems
ASLEEP_SECONDS = 2.0  # more than this late, a judge was stopped: no busy machine takes so long to come back
GROWTH = 8192.0  # MiB a second that a worker may fill at most; so that no look comes too late


@dataclass(slots=True)
class Answer:
    """What came of one question: a record or a stop, with what it took."""

    record: Record | None
    stop: Stop | None
    seconds: float
    usage: Usage


class Conversation:
    """One worker's side of the talk; not to be used again after a stop."""

    def __init__(self, process: Process, tapes: Streams, *, keep_output: bool) -> None:
        self.process = process
        self.tapes = tapes
        self.keep_output = keep_output
        self.ran_out = False  # of memory, as the kernel says of the worker's cgroup
        self.meter = UsageMeter(
            process.pid, process.scratch, supervised=process.supervised, group=process.group
        )
        self._incoming = bytearray()
        self._senders: set[int] = set()  # the worker itself, which answers before anything else is in it
        self._outgoing = b""
        self._wanted = selectors.EVENT_READ  # of the channel
        self._selector = selectors.DefaultSelector()
        if hasattr(socket, "SO_PASSCRED"):
            process.channel.setsockopt(socket.SOL_SOCKET, socket.SO_PASSCRED, 1)
        process.channel.settimeout(0)  # never wait in a call: the selector does
        for stream in (process.stdout, process.stderr):
            os.set_blocking(stream, False)
        self._selector.register(process.channel, self._wanted, "channel")
        self._selector.register(process.stdout, selectors.EVENT_READ, tapes[0])
        self._selector.register(process.stderr, selectors.EVENT_READ, tapes[1])

    def listen(self, tapes: Streams, *, keep_output: bool) -> None:
        """From now on, what is printed goes to these tapes; what was printed before, to those of before."""
        self._drain()
        self.tapes, self.keep_output = tapes, keep_output
        for stream, tape in zip((self.process.stdout, self.process.stderr), tapes, strict=True):
            with contextlib.suppress(KeyError):  # it was closed by the other side
                self._selector.modify(stream, selectors.EVENT_READ, tape)

    def is_alive(self) -> bool:
        """Whether the worker is still there to be asked."""
        try:
            self.process.channel.recv(1, socket.MSG_PEEK)
        except BlockingIOError:
            return True
        except OSError:
            return False
        return False  # it ended, or says something unasked

    def ask(self, question: Record, limits: Limits) -> Answer:
        """Send one record and wait for the answer to it."""
        began, before = time.monotonic(), self.meter.read(fresh=False)
        printed, mark = sum(tape.total for tape in self.tapes), len(self.tapes[1].kept)
        nonce = os.urandom(16).hex()
        self._outgoing = encode(Record({**question.header, "nonce": nonce}, question.arrays))
        refused = not self._write()  # nearly always it takes all of it at once
        usage, limit = before, HEADER_BYTES + limits.output_kib * 1024
        while True:
            left = max(began + limits.wall_s - time.monotonic(), 0)
            turned, pause = time.monotonic(), 0 if refused else min(_pause(usage, limits), left)
            came = self._turn(pause, limit, ended=refused)
            began += _asleep(time.monotonic() - turned - pause)
            usage = self.meter.read(
                memory_limit=limits.memory_mib, process_limit=limits.processes, fresh=came is not None
            )
            elapsed = time.monotonic() - began
            stop = came if isinstance(came, Stop) else None
            record = came if isinstance(came, Record) else None
            if stop is not None and stop.reason is StopReason.SIGNAL:
                stop = self._out_of_memory(usage.peak_mib, limits) or stop
            if stop is None and len(self._senders) > 1:
                stop = Stop(reason=StopReason.PROTOCOL, detail="another process wrote to the result channel")
            if stop is None and record is not None and record.header.pop("nonce", None) != nonce:  # type: ignore[attr-defined] # decode() makes a dict
                stop = Stop(reason=StopReason.PROTOCOL, detail="a record came that answers no question")
            if stop is None:
                stop = broken_limit(
                    limits,
                    elapsed,
                    usage.since(before),
                    sum(t.total for t in self.tapes) - printed,
                    done=record is not None,
                )
            if stop is not None or record is not None:
                return self._answer(None if stop else record, stop, elapsed, usage.since(before), mark)

    def _out_of_memory(self, peak_mib: float, limits: Limits) -> Stop | None:
        """The stop of a worker that was killed, or ended itself, for want of memory."""
        if self.ran_out:
            return out_of_memory.stop(peak_mib, limits, "the kernel ended the process")
        return out_of_memory.died_of_it(bytes(self.tapes[1].kept[-LAST_WORDS:]), peak_mib, limits)

    def _answer(
        self, record: Record | None, stop: Stop | None, seconds: float, usage: Usage, mark: int
    ) -> Answer:
        if self.process.status is None:  # an ended one's descriptors may be another worker's by now
            self._drain()
        line = self.tapes[1].take_line(mark, str(self.process.scratch))
        if stop is not None and stop.reason in {StopReason.WALL, StopReason.CPU}:
            stop = replace(stop, line=line)
        return Answer(record, stop, seconds, usage)

    def _turn(self, timeout: float, limit: int, *, ended: bool) -> Record | Stop | None:
        """Move what can be moved; a record when one is whole, a stop when the channel ended or is broken."""
        wanted = selectors.EVENT_READ | (selectors.EVENT_WRITE if self._outgoing else 0)
        if wanted != self._wanted:
            self._wanted = wanted
            self._selector.modify(self.process.channel, wanted, "channel")
        for key, events in self._selector.select(timeout):
            if key.data != "channel":
                self._read_stream(key.fd, key.data)
                continue
            if events & selectors.EVENT_WRITE:
                ended |= not self._write()
            if events & selectors.EVENT_READ:
                ended |= not self._receive()
        try:
            record = self._whole_record(limit)
        except WireError as error:
            return Stop(reason=StopReason.PROTOCOL, detail=str(error)[:300])
        return self._death() if record is None and ended else record

    def _write(self) -> bool:
        try:
            sent = self.process.channel.send(self._outgoing[: 1 << 20])
        except BlockingIOError:
            return True
        except OSError:
            self._outgoing = b""
            return False
        self._outgoing = self._outgoing[sent:]
        return True

    def _receive(self) -> bool:
        try:
            part, sender = _receive_from(self.process.channel)
        except BlockingIOError:
            return True
        except OSError:
            return False
        if sender is not None and part:
            self._senders.add(sender)
        self._incoming += part
        return bool(part)

    def _whole_record(self, limit: int) -> Record | None:
        if len(self._incoming) < PREFIX.size:
            return None
        header, body = sizes(bytes(self._incoming[: PREFIX.size]), limit=limit)
        size = PREFIX.size + header + body
        if len(self._incoming) < size:
            return None
        if len(self._incoming) > size:
            raise WireError("more than one record came for one question")
        data = bytes(self._incoming[PREFIX.size :])
        self._incoming.clear()
        return decode(data[:header], data[header:])

    def _read_stream(self, descriptor: int, tape: PrintedOutput) -> None:
        try:
            part = os.read(descriptor, CHUNK)
        except BlockingIOError:
            return
        if not part:
            self._selector.unregister(descriptor)
        tape.add(part, keep=self.keep_output)

    def _drain(self) -> None:
        """Take what was printed before the answer came: it is in the pipes already."""
        for descriptor, tape in zip((self.process.stdout, self.process.stderr), self.tapes, strict=True):
            for _ in range(4):  # a pipe holds 64 KiB; a flood of a process still running is cut here
                try:
                    part = os.read(descriptor, CHUNK)
                except OSError:
                    break
                if not part:
                    break
                tape.add(part, keep=self.keep_output)

    def _death(self) -> Stop:
        self._drain()
        group = self.process.group
        self.ran_out = group is not None and group.ran_out()
        status = self.process.end(ending=True)
        if status == -signal.SIGXCPU:
            return Stop(reason=StopReason.CPU, detail="the CPU limit of the process")
        if status < 0:
            name = _signal_name(-status)
            return Stop(reason=StopReason.SIGNAL, measured=-status, detail=f"the process was ended by {name}")
        return Stop(
            reason=StopReason.EXIT,
            measured=status,
            detail=f"the process exited with status {status} before it gave a result",
        )

    def dismiss(self) -> None:
        """Tell the worker's tree to end; `close` waits for it."""
        if self.process.status is None:
            self.process.dismiss()

    def close(self) -> None:
        """End the worker and forget it."""
        self._selector.close()
        self.process.end()


def _asleep(late: float) -> float:
    """Seconds in which this process didn't run (Ctrl-Z, a node that was away): they are no submission's."""
    return late if late > ASLEEP_SECONDS else 0.0


def _pause(usage: Usage, limits: Limits) -> float:
    """Seconds until the next look: the shorter, the closer the memory limit is."""
    return max(min(CHECK_SECONDS, (limits.memory_mib - usage.peak_mib) / GROWTH), CHECK_SECONDS / 10)


def _receive_from(channel: socket.socket) -> tuple[bytes, int | None]:
    """What there is to read, and the process that sent it, None where the system doesn't say."""
    if not hasattr(socket, "SO_PASSCRED"):
        return channel.recv(CHUNK), None
    part, notes, _, _ = channel.recvmsg(CHUNK, socket.CMSG_SPACE(SENDER.size))
    senders = [
        SENDER.unpack(data[: SENDER.size])[0] for level, kind, data in notes if kind == SCM_CREDENTIALS
    ]
    return part, senders[0] if senders else None


def _signal_name(number: int) -> str:
    try:
        return signal.Signals(number).name
    except ValueError:
        return f"signal {number}"
