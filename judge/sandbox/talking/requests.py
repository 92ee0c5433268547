"""What is asked of a worker: programs and cases as they are given, and as records."""

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from judge.problem.model import Limits
from judge.sandbox.starting.process import Process
from judge.sandbox.talking.running_line import when
from judge.worker.wire import Array, Record

RETURNED_BYTES = 1 << 16  # of a program that is evaluated again


@dataclass(frozen=True, slots=True, kw_only=True)
class WarmUp:
    """A program of the problem's own, no submission's: what is worth doing before one comes.

    Attributes:
        source: its text. calls: the described arguments of each call of its entry point, as JSON.
    """

    source: str
    entry_point: str
    calls: tuple[str, ...]

    @property
    def digest(self) -> str:
        """Names what is compiled by it."""
        return hashlib.sha256(json.dumps(self.plain, sort_keys=True).encode()).hexdigest()[:32]

    @property
    def plain(self) -> dict[str, Any]:
        """As judge.worker.warm reads it."""
        calls = [json.loads(call) for call in self.calls]
        return {"source": self.source, "entry_point": self.entry_point, "calls": calls}


@dataclass(frozen=True, slots=True, kw_only=True)
class Program:
    """What is to be run.

    Attributes:
        name: file name to compile it under. source: its text.
        parameters: names of the entry point's parameters, in order.
        path, folder: of trusted code only: its real file, and where its sibling modules are found.
        cache_dir: compiled programs; written to only when `cache_write`.
        warm_up: what its workers may have been through before.
    """

    name: str
    source: str
    entry_point: str
    parameters: tuple[str, ...]
    path: Path | None = None
    folder: Path | None = None
    cache_dir: Path | None = None
    cache_write: bool = False
    warm_up: WarmUp | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseInput:
    """One call: its arguments as plain data, as judge.worker.values.argument reads them, and their arrays.

    Attributes:
        entry: which function of a table to call; None for the entry point itself.
        abstract: give shapes and dtypes in place of arrays.
    """

    name: str
    arguments: tuple[Mapping[str, Any], ...]
    arrays: tuple[Array, ...] = ()
    hidden: bool = False
    entry: str | None = None
    abstract: bool = False


def prepare_question(cache_dir: Path | None, process: Process, limits: Limits, *, trusted: bool) -> Record:
    """Set up: nothing of the submission is in this."""
    return Record(
        {
            "op": "prepare",
            "cache_dir": None if cache_dir is None else str(cache_dir),
            "cache_write": trusted,
            "confine": confinement(process, limits),
        }
    )


def confinement(process: Process, limits: Limits) -> dict[str, Any] | None:
    """What the worker is to hold itself to, as judge.worker.confine.walls reads it; None for trusted code."""
    if process.layers is None:
        return None
    if process.group is not None:
        process.group.limit(limits.memory_mib, limits.processes)
    return {
        "layers": list(process.layers),
        "memory_mib": limits.memory_mib,
        "processes": limits.processes,
        "file_mib": limits.file_mib,
        "user_processes": process.user_processes,
        "group": None if process.group is None else str(process.group.path),
    }


def warm_question(warm_up: WarmUp, *, patient: bool = False) -> Record:
    """Do what every submission would; where it is patient, whatever else there is to do comes first."""
    return Record({"op": "warm", "patient": patient, **warm_up.plain})


def load_question(program: Program, limits: Limits) -> Record:
    """Execute the module."""
    return Record(
        {
            "op": "load",
            "sample_after": when(limits),
            "name": program.name,
            "source": program.source,
            "entry_point": program.entry_point,
            "parameters": list(program.parameters),
            "path": None if program.path is None else str(program.path),
            "folder": None if program.folder is None else str(program.folder),
        }
    )


def case_question(case: CaseInput, limits: Limits) -> Record:
    """Call the entry point once."""
    header = {
        "op": "case",
        "sample_after": when(limits),
        "arguments": list(case.arguments),
        "entry": case.entry,
        "abstract": case.abstract,
        "returned_limit": limits.output_kib * 1024,
    }
    return Record(header, case.arrays)


def sweep_question(calls: Sequence[CaseInput], entries: Sequence[str], mode: str, seed: int | None) -> Record:
    """Call entries of a trusted table, or the entry point, many times with arrays of the same shapes.

    Each array of the calls goes along as one, stacked.
    """
    stacks = [
        Array(first.dtype, (len(calls), *first.shape), b"".join(call.arrays[index].data for call in calls))
        for index, first in enumerate(calls[0].arrays)
    ]
    header = {
        "op": "sweep",
        "entries": list(entries),
        "mode": mode,
        "seed": seed,
        "calls": [list(call.arguments) for call in calls],
    }
    return Record(header, tuple(stacks))


def trace_question(case: CaseInput, spec: Mapping[str, Any]) -> Record:
    """Read the entry point's program, called as in this case; nothing of a hidden one's data goes along."""
    if case.hidden:
        from judge.sandbox.stand_in_cases import stand_in  # noqa: PLC0415 - imports numpy, and is hardly ever needed

        case, spec = stand_in(case), {**spec, "values": False}
    return Record({"op": "trace", "spec": {**spec, "arguments": list(case.arguments)}}, case.arrays)


def evaluable_question(case: CaseInput, spec: Mapping[str, Any]) -> Record:
    """Trace the entry point with this case's numbers and shapes: its arrays don't go along."""
    from judge.sandbox.stand_in_cases import blind  # noqa: PLC0415 - imports numpy, and is hardly ever needed

    asked = {**spec, "values": False, "arguments": list(case.arguments)}
    return Record({"op": "evaluable", "spec": asked}, blind(case.arrays))


def replay_question(
    case: CaseInput, spec: Mapping[str, Any], evaluable: Mapping[str, Any], constants: Sequence[Array]
) -> Record:
    """Evaluate a program on this case: its arrays come first, then the program's."""
    header = {
        "op": "replay",
        "arguments": list(case.arguments),
        "variables": spec["mode"] == "variables",
        "parameters": [{"role": parameter["role"]} for parameter in spec["parameters"]],
        "returned_limit": RETURNED_BYTES,
        "evaluable": evaluable,
        "own": len(case.arrays),
    }
    return Record(header, (*case.arrays, *constants))
