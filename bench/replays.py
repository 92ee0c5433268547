"""Whether what was read of submissions can be confirmed by evaluating it, all in this process.

    python bench/replays.py tests/corpus/correct/*.py

As `--require-flow` does it, without its walls: a witness traces with a case's numbers and other arrays, what
comes of it is evaluated on the case's arrays, and compared with what the submission returned. Prints what
isn't confirmed and why, how many are, and the median seconds of both parts.
"""

import argparse
import collections
import contextlib
import io
import os
import statistics
import sys
import time
from pathlib import Path
from typing import Any

import numpy as np

from judge.sandbox.starting.numeric_settings import NUMERIC_SETTINGS

os.environ.update(NUMERIC_SETTINGS)  # before jax is imported: its flags are read only then
sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "tests"))

import jax.numpy as jnp
import traced as tracing

from judge.evidence import CaseEvidence, Evidence, Replay, Value
from judge.flow import read, trace_spec
from judge.replay_check import confirm
from judge.sandbox.stand_in_cases import blind
from judge.sandbox.talking.case_inputs import as_wire
from judge.sandbox.talking.decode import value
from judge.sandbox.talking.requests import CaseInput, replay_question
from judge.worker.replay.evaluate import replay
from judge.worker.trace.trace import evaluable, trace
from judge.worker.values import as_numpy, describe
from judge.worker.wire import PREFIX, Array, decode, encode, sizes

ARGUMENTS = ({"number": 5.0}, {"array": 0}, {"array": 1}, {"number": 0.1}, {"number": 1024.0})


def found(path: Path, spent: list[tuple[float, float]]) -> str:
    """What is said of one file; "" where it is confirmed."""
    source = path.read_text(encoding="utf-8")
    call, asked = tracing.entry(source), tracing.problem_of(source)
    random = np.random.default_rng(0)
    arrays = tuple(as_wire(random.normal(size=(8, size)).astype("float32")) for size in (4, 2))
    case = CaseInput(name="one", arguments=ARGUMENTS, arrays=arrays)
    spec: dict[str, Any] = {"file": tracing.file_of(source), "arguments": list(ARGUMENTS)}
    spec |= trace_spec(asked) | {"arrays": list(map(as_numpy, arrays))}
    with contextlib.redirect_stdout(io.StringIO()):
        given = [jnp.asarray(array) for array in spec["arrays"]]
        returned = _value(call(5.0, *given, 0.1, 1024.0))
        traced = trace(call, spec)
        if not traced["available"]:
            traced = trace(call, spec | {"watch": True})
        if not traced["available"]:
            return "not traced"
        spec |= {"mode": traced["program"]["mode"], "arrays": [as_numpy(array) for array in blind(arrays)]}
        start = time.perf_counter()
        whole, constants = evaluable(call, spec)
    between = time.perf_counter()
    again = _replay(case, spec, whole, constants)
    spent.append((between - start, time.perf_counter() - between))
    evidence = Evidence(cases=(CaseEvidence(name="one", value=returned),), replays=(again,))
    differs, doubt = confirm(evidence, read(traced["program"], asked), asked)
    return f"DIFFERS ({spec['mode']})" if differs else doubt or ""


def _replay(
    case: CaseInput, spec: dict[str, Any], whole: dict[str, Any], constants: tuple[Array, ...]
) -> Replay:
    if "reason" in whole:
        return Replay(case="one", reason=whole["reason"])
    data = encode(replay_question(case, spec, whole, constants))
    header, _ = sizes(data[: PREFIX.size], limit=1 << 30)
    question = decode(data[PREFIX.size : PREFIX.size + header], data[PREFIX.size + header :])
    dtypes = ["key" if impl else constants[index].dtype for impl, index in whole["constants"]]
    try:
        given = _value(replay(question))
    except Exception as error:  # noqa: BLE001 - whatever a program raises
        return Replay(case="one", reason=f"{type(error).__name__}: {error}"[:200])
    return Replay(case="one", evaluable={"program": whole["program"], "constants": dtypes}, value=given)


def _value(given: object) -> Value:
    arrays: list[Array] = []
    described = describe(given, arrays, limit=1 << 20)
    return value(described, arrays)


def main() -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("files", nargs="+", type=Path)
    asked = parser.parse_args()
    counts: collections.Counter[str] = collections.Counter()
    spent: list[tuple[float, float]] = []
    for path in asked.files:
        try:
            said = found(path, spent)
        except Exception as error:  # noqa: BLE001 - one broken file must not hide the others
            said = f"{type(error).__name__}: {error}"[:200]
        counts[said.split()[0] if said else "confirmed"] += 1
        if said:
            print(f"{path.parent.name}/{path.name}: {said}", flush=True)
    witness, evaluated = (statistics.median(part) for part in zip(*spent, strict=True))
    print(f"{dict(counts)}, witness {witness:.3f} s, evaluated {evaluated:.3f} s", file=sys.stderr)
    return 1 if counts["DIFFERS"] else 0


if __name__ == "__main__":
    sys.exit(main())
