"""A worker whose answers the test writes: real descriptors, and a real process that can be killed."""

import os
import signal
import socket
import subprocess
import tempfile
import threading
from collections.abc import Callable
from pathlib import Path
from types import TracebackType
from typing import Self

from judge.sandbox.starting.process import Process
from judge.worker.wire import Record, encode, read

Script = Callable[["Puppet", Record], None]


class Puppet:
    """Reads one question after the other, and does what the script says.

    Args:
        script: called with the puppet and each question, in a thread of its own.
        status: what the process's end is said to be; None for what it really is.
    """

    def __init__(self, script: Script, *, status: int | None = None) -> None:
        self.script = script
        self.child = subprocess.Popen(["sleep", "100"], start_new_session=True)
        mine, self.channel = socket.socketpair()
        stdout, self.stdout = os.pipe()
        stderr, self.stderr = os.pipe()
        self.questions: list[Record] = []
        self.process = Process(
            pid=self.child.pid,
            channel=mine,
            stdout=stdout,
            stderr=stderr,
            scratch=Path(tempfile.mkdtemp(prefix="puppet-")),
            finish=lambda _ending: self._waited(status),
        )
        self.thread = threading.Thread(target=self._serve)

    def _waited(self, status: int | None) -> int:
        self.child.kill()
        real = self.child.wait()
        self.process.scratch.rmdir()
        return real if status is None else status

    def _serve(self) -> None:
        try:
            while (question := read(self.channel.recv, limit=1 << 30)) is not None:
                self.questions.append(question)
                self.script(self, question)
        except OSError:
            pass  # the other side has closed: the play is over

    def __enter__(self) -> Self:
        self.thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.process.end()
        self.thread.join()
        self.channel.close()
        for descriptor in (self.stdout, self.stderr):
            os.close(descriptor)

    def answer(self, question: Record, **header: object) -> None:
        """The answer that a worker would give."""
        self.send(encode(Record({**header, "nonce": question.header["nonce"]})))

    def send(self, data: bytes) -> None:
        self.channel.sendall(data)

    def hang_up(self) -> None:
        """End the channel, as the end of a process does."""
        self.channel.shutdown(socket.SHUT_RDWR)


def ended_by(number: signal.Signals) -> int:
    """The exit status of a process that this signal has ended."""
    return -int(number)
