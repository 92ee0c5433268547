"""Submissions whose programs are evaluated again, in the test's own process."""

import contextlib
import io
from dataclasses import dataclass
from typing import Any

import jax.numpy as jnp
import numpy as np
from traced import NUMBERS, arrays, entry, file_of, problem, traced

from judge.evidence import CaseEvidence, Evidence, Replay, Value
from judge.flow import Flow, read, trace_spec
from judge.sandbox.stand_in_cases import blind
from judge.sandbox.talking.case_inputs import as_wire
from judge.sandbox.talking.decode import value
from judge.sandbox.talking.requests import CaseInput, replay_question
from judge.worker.replay.evaluate import replay
from judge.worker.trace.trace import evaluable
from judge.worker.values import as_numpy, describe
from judge.worker.wire import PREFIX, Array, Record, decode, encode, sizes


@dataclass(frozen=True, slots=True)
class Again:
    """What was read, what was returned, and what the program gives that was traced again."""

    flow: Flow
    returned: Value
    replay: Replay

    @property
    def evidence(self) -> Evidence:
        return Evidence(cases=(CaseEvidence(name="one", value=self.returned),), replays=(self.replay,))


def again(source: str) -> Again:
    """As the judge does, but for the processes: the witness has a memory of its own."""
    call = entry(source)
    with contextlib.redirect_stdout(io.StringIO()):
        returned = _value(call(3.0, *map(jnp.asarray, arrays()), 0.1, 1024.0))
    program = traced(source, watch=True)["program"]
    return Again(read(program, problem()), returned, _replay(source, program["mode"]))


def witnessed(source: str, mode: str) -> tuple[dict[str, Any], tuple[Array, ...]]:
    """What a witness sends, which knows the numbers of a case and other arrays."""
    others = [as_numpy(array) for array in blind(tuple(map(as_wire, arrays())))]
    spec = {"file": file_of(source), "arguments": NUMBERS, "arrays": others, "mode": mode}
    with contextlib.redirect_stdout(io.StringIO()):
        return evaluable(entry(source), trace_spec(problem()) | spec)


def _replay(source: str, mode: str) -> Replay:
    whole, constants = witnessed(source, mode)
    if "reason" in whole:
        return Replay(case="one", reason=whole["reason"])
    case = CaseInput(name="one", arguments=tuple(NUMBERS), arrays=tuple(map(as_wire, arrays())))
    question = replay_question(case, {**trace_spec(problem()), "mode": mode}, whole, constants)
    dtypes = ["key" if impl else constants[index].dtype for impl, index in whole["constants"]]
    told = {"program": whole["program"], "constants": dtypes}
    try:
        return Replay(case="one", evaluable=told, value=_value(replay(passed(question))))
    except Exception as error:  # noqa: BLE001 - whatever a program raises
        return Replay(case="one", reason=str(error))


def passed(record: Record) -> Record:
    """A record as it comes out at the other side of the wall."""
    data = encode(record)
    header, _ = sizes(data[: PREFIX.size], limit=1 << 30)
    return decode(data[PREFIX.size : PREFIX.size + header], data[PREFIX.size + header :])


def _value(given: object) -> Value:
    sent: list[Array] = []
    return value(describe(given, sent, limit=1 << 20), sent)


def floats(given: Value | None) -> list[float]:
    """The numbers of an array."""
    return np.frombuffer(given.data, np.dtype(given.dtype)).astype(float).tolist()  # type: ignore[union-attr] # an array
