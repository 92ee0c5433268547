"""A worker: answers one record after another until the channel ends.

prepare → ready · warm → warmed · load → loaded | fault · case → value | raised | too-large · trace → trace ·
evaluable → evaluable · replay → value | raised | too-large · sweep → swept.
Every answer carries the `nonce` of its question, so that a record that the learner's code slipped in
between is noticed.
"""

import gc
import io
import os
import socket
import sys
from collections.abc import Callable, Mapping
from contextlib import suppress
from functools import partial
from typing import Any, TextIO

import jax

from .compile_private import reuse_contexts
from .confine.readable_paths import forget_checkouts
from .confine.walls import confine, no_core_dumps, preload
from .load import Loaded, LoadError, exception_fact, file_name, load
from .replay.evaluate import replay
from .return_line import Ending
from .trace.trace import evaluable, trace
from .values import TooLarge, argument, as_numpy, describe
from .warm import told, warm_up
from .whereabouts import whereabouts
from .wire import Array, Record, encode, read

QUESTION_LIMIT = 1 << 30  # bytes; questions come from the judge, which has its own limits
PATIENCE = 10  # how much nicer than others a process is that nobody waits for
NEVER = 1e9  # seconds of compile time before an entry is written: a learner's worker never writes one


class Worker:
    """What one process keeps between questions."""

    def __init__(self, scratch: str) -> None:
        self.scratch = scratch
        self.loaded: Loaded | None = None
        self.ending: Ending | None = None

    def answer(self, question: Record) -> Record:
        """The answer to one question; what the learner's code raises is part of it."""
        answers: Mapping[str, Callable[[Record], Record]] = {
            "prepare": self.prepare,
            "warm": self.warm,
            "load": self.load,
            "case": self.case,
            "trace": self.trace,
            "evaluable": self.evaluable,
            "replay": self.replay,
            "sweep": self.sweep,
        }
        return answers[question.header["op"]](question)

    def prepare(self, question: Record) -> Record:
        """Set up this process, before anything of a submission is in it."""
        asked = question.header
        use_compile_cache(asked["cache_dir"], write=asked["cache_write"])
        if asked["confine"] is None:
            no_core_dumps()
            os.umask(0o022)  # what trusted code compiles is for workers of other users to read
            return Record({"op": "ready", "held": {}})
        return Record({"op": "ready", "held": confine(asked["confine"], self.scratch, asked["cache_dir"])})

    @staticmethod
    def warm(question: Record) -> Record:
        """Do what submissions of this problem do, before one is there; a program that fails warms less."""
        error = None
        try:
            if question.header.get("patient"):
                os.nice(PATIENCE)
            warm_up(question.header, abstract=False)
        except BaseException as failure:
            error = told(failure)
        gc.collect()
        gc.freeze()  # none of it is a submission's to collect
        return Record({"op": "warmed", "error": error})

    def load(self, question: Record) -> Record:
        """Execute the module; says which functions a table holds."""
        asked = question.header
        file = asked["path"] or file_name(self.scratch, asked["name"])
        try:
            with whereabouts(asked["sample_after"], file):
                self.loaded = load(
                    asked["source"], file, asked["entry_point"], asked["parameters"], asked["folder"]
                )
        except LoadError as error:
            return Record({"op": "fault", **error.fact})
        self.ending = Ending(file, self.loaded.call)
        return Record({"op": "loaded", "names": sorted(self.loaded.table)})

    def case(self, question: Record) -> Record:
        """Call the entry point once."""
        loaded = self._loaded()
        asked = question.header
        arguments = [
            argument(item, question.arrays, abstract=asked["abstract"]) for item in asked["arguments"]
        ]
        function: Any = loaded.table[asked["entry"]] if asked["entry"] is not None else loaded.call
        ending = self.ending or Ending(loaded.file, function)
        arrays: list[Array] = []
        try:
            with whereabouts(asked["sample_after"], loaded.file):
                value = _call(partial(ending.call, function), arguments, loaded.by_keyword)
            described = describe(value, arrays, limit=asked["returned_limit"])
        except TooLarge as error:
            return Record({"op": "too-large", "bytes": error.args[0]})
        except BaseException as error:
            return Record({"op": "raised", "exception": exception_fact(error, loaded.file)})
        return Record({"op": "value", "value": described, "left_at": ending.line}, tuple(arrays))

    def sweep(self, question: Record) -> Record:
        """Call many functions many times; asked of trusted programs only."""
        from .authors.sweep import sweep  # noqa: PLC0415 - no submission needs it, and each would wait for it

        return sweep(self._loaded(), question)

    def trace(self, question: Record) -> Record:
        """Read the program of the entry point, or of one in a table, on the arguments of one case."""
        entry = question.header["spec"].get("entry")
        function = self._by_position() if entry is None else self._loaded().table[entry]
        return Record({"op": "trace", "trace": trace(function, self._spec(question))})

    def evaluable(self, question: Record) -> Record:
        """The entry point's program with the numbers of one case, so that it can be evaluated."""
        found, arrays = evaluable(self._by_position(), self._spec(question))
        return Record({"op": "evaluable", "evaluable": found}, arrays)

    @staticmethod
    def replay(question: Record) -> Record:
        """Evaluate a program that another process traced; in a process that has loaded no submission."""
        arrays: list[Array] = []
        try:
            described = describe(replay(question), arrays, limit=question.header["returned_limit"])
        except TooLarge as error:
            return Record({"op": "too-large", "bytes": error.args[0]})
        except BaseException as error:
            return Record({"op": "raised", "exception": exception_fact(error, "")})
        return Record({"op": "value", "value": described}, tuple(arrays))

    def _spec(self, question: Record) -> dict[str, Any]:
        arrays = [as_numpy(array) for array in question.arrays]
        return {**question.header["spec"], "file": self._loaded().file, "arrays": arrays}

    def _by_position(self) -> Callable[..., object] | None:
        loaded = self._loaded()
        if not loaded.by_keyword:
            return loaded.call
        return lambda *arguments: _call(loaded.call, arguments, loaded.by_keyword)

    def _loaded(self) -> Loaded:
        if self.loaded is None:
            raise RuntimeError("asked to call a submission before it was loaded")
        return self.loaded


def _call(function: Any, arguments: Any, by_keyword: tuple[str, ...]) -> object:  # noqa: ANN401 - the learner's own
    return function(**dict(zip(by_keyword, arguments, strict=True))) if by_keyword else function(*arguments)


def use_compile_cache(folder: str | None, *, write: bool) -> None:
    """Read compiled programs from this folder, and write new ones only for trusted code.

    A compile time that is never reached keeps JAX from writing; both minimum thresholds are lowered
    for trusted code, so that single primitives are kept, too. What it writes doesn't say which lines of the
    reference it comes from: learners' workers can read it.
    """
    if write:
        jax.config.update("jax_traceback_in_locations_limit", 0)
    if folder is None:
        return
    jax.config.update("jax_compilation_cache_dir", folder)
    jax.config.update("jax_persistent_cache_min_compile_time_secs", 0.0 if write else NEVER)
    jax.config.update("jax_persistent_cache_min_entry_size_bytes", -1)
    jax.config.update("jax_persistent_cache_enable_xla_caches", "none")  # or keys tell the folder


def _flush(*streams: TextIO) -> None:
    for stream in streams:
        with suppress(BaseException):  # a closed stdout is the learner's own doing, and harmless
            stream.flush()


def serve(channel: socket.socket, scratch: str) -> None:
    """Answer questions until the channel ends."""
    streams = (sys.stdout, sys.stderr)
    worker = Worker(scratch)
    send, receive = channel.sendall, channel.recv
    while (question := read(receive, limit=QUESTION_LIMIT)) is not None:
        answer = worker.answer(question)
        _flush(*streams, sys.stdout, sys.stderr)
        send(encode(Record({**answer.header, "nonce": question.header["nonce"]}, answer.arrays)))


def main(descriptor: int, scratch: str) -> None:
    """Become a worker that was started as a process of its own, and never return."""
    channel = socket.socket(fileno=descriptor)
    channel.set_inheritable(False)
    os.chdir(scratch)
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(encoding="utf-8", errors="backslashreplace", line_buffering=True)
    forget_checkouts()
    preload()
    reuse_contexts()
    sys.dont_write_bytecode = True  # our own may be; what learners import leaves no files
    gc.freeze()
    gc.enable()
    serve(channel, scratch)
    os._exit(0)
