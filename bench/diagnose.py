"""Trace submissions in this process, without a sandbox, and print what is found.

For quick loops while a detector is written:

python bench/diagnose.py FILE...          findings of each file
python bench/diagnose.py --corpus FILE... compare them with the files' own `# finding:` headers
"""

import argparse
import contextlib
import io
import json
import os
import re
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

os.environ.setdefault("JAX_PLATFORMS", "cpu")
os.environ["XLA_FLAGS"] = "--xla_allow_excess_precision=false"

import numpy as np

from judge.compare import compare as compare_arrays
from judge.evidence import ArrayValue
from judge.finding import Finding
from judge.flow import read, trace_spec, unavailable
from judge.pitfalls import CaseClue, Clues, diagnose
from judge.problem.load import load_problem
from judge.worker.load import load
from judge.worker.trace.trace import trace

VALUES = False  # measure the values' sizes, too
ROOT = Path(__file__).resolve().parents[1]
PROBLEM = load_problem(ROOT, ROOT / "problems" / "mixed_precision_step")
NAMES = [parameter.name for parameter in PROBLEM.parameters]
Array = np.ndarray[Any, Any]


def findings(path: Path) -> tuple[tuple[Finding, ...], str]:
    """The findings of one file, and how its program was read."""
    source = path.read_text()
    call = entry(source, str(path))
    random = np.random.default_rng(0)
    arrays = [random.normal(size=(8, size)).astype("float32") for size in (4, 2)]
    numbers = [{"number": 3.0}, {"array": 0}, {"array": 1}, {"number": 0.1}, {"number": 1024.0}]
    with contextlib.redirect_stdout(io.StringIO()):
        value = call(3.0, *map(_jax, arrays), 0.1, 1024.0)
        start = time.perf_counter()
        spec = {"file": str(path), "arguments": numbers, "arrays": arrays}
        spec |= trace_spec(PROBLEM, values=VALUES)
        traced = trace(call, spec)
        if not traced["available"]:  # as the judge does
            traced = trace(entry(source, str(path)), spec | {"watch": True})
    seconds = time.perf_counter() - start
    program = traced["program"]
    flow = read(json.loads(json.dumps(program)), PROBLEM) if program else unavailable(traced["reason"])
    found = diagnose(Clues(problem=PROBLEM, flow=flow, cases=(_case(value, arrays),), source=source))
    how = program["mode"] if program else "not traced"
    return found, f"{how} {flow.reason or ''} {seconds:.3f} s"


def entry(source: str, name: str) -> Callable[..., Any]:
    call = load(source, name, PROBLEM.entry_point, NAMES, None).call
    if call is None:
        raise TypeError(f"{PROBLEM.entry_point} is a table of functions")
    return call


def _case(value: object, arrays: list[Array]) -> CaseClue:
    """How the output compares with the reference's."""
    reference = entry((PROBLEM.reference / "reference.py").read_text(), "reference.py")
    expected = _value(np.asarray(reference(3.0, *map(_jax, arrays), 0.1, 1024.0)))
    actual = _value(value)
    if expected is None or actual is None:
        return CaseClue(name="generic", expected=expected)
    compared = compare_arrays(expected, actual, PROBLEM.returns, PROBLEM.tolerance)
    known = compared.error is not None and compared.tolerance is not None
    return CaseClue(
        name="generic",
        expected=expected,
        actual=actual,
        error=(compared.error or 0.0) / (compared.tolerance or 1.0) if known else None,
        representable=compared.representable,
    )


def _jax(array: Array) -> object:
    import jax.numpy as jnp  # noqa: PLC0415 - the platform is set first

    return jnp.asarray(array)


def _value(value: object) -> ArrayValue | None:
    if not hasattr(value, "dtype") or not hasattr(value, "shape"):
        return None
    array = np.asarray(value)
    return ArrayValue(dtype=str(array.dtype), shape=array.shape, data=array.tobytes())


def compare(path: Path, found: tuple[Finding, ...]) -> list[str]:
    """What differs from the file's own header."""
    text = path.read_text()
    wanted = [line.split(None, 1)[1].strip() for line in re.findall(r"^# (finding:.*)$", text, re.MULTILINE)]
    allowed = {line.strip().split()[0] for line in re.findall(r"^# allow:(.*)$", text, re.MULTILINE)}
    lines = text.splitlines()
    left = list(found)
    faults = []
    for item in wanted:
        names = item.split()[0].split("|")
        hits = [one for one in left if one.pitfall in names]
        if not hits:
            faults.append(f"MISSING {item}")
        for hit in hits:
            left.remove(hit)
            markers = [number for number, line in enumerate(lines, 1) if set(names) & marked(line)]
            shown = range(hit.line or 0, (hit.end_line or hit.line or 0) + 1)
            if markers and not set(shown) & set(markers):
                faults.append(f"LINE {hit.pitfall}: {hit.line}, not {markers}")
    faults += [
        f"UNEXPECTED {one.pitfall} ({one.severity}) at {one.line}: {one.message}"
        for one in left
        if one.pitfall not in allowed and one.severity == "error"
    ]
    faults += [
        f"unexpected warning {one.pitfall} at {one.line}"
        for one in left
        if one.pitfall not in allowed and one.severity == "warning"
    ]
    return faults


def marked(line: str) -> set[str]:
    """The ids that a trailing `#@ id, id` names."""
    _, _, names = line.partition("#@")
    return set(re.findall(r"[a-z][a-z0-9-]+", names))


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("files", nargs="+", type=Path)
    parser.add_argument("--corpus", action="store_true")
    arguments = parser.parse_args()
    bad = 0
    for path in arguments.files:
        try:
            found, how = findings(path)
        except BaseException as error:  # noqa: BLE001 - one broken file must not hide the others
            print(f"{path}: {type(error).__name__}: {str(error)[:300]}")
            bad += 1
            continue
        if not arguments.corpus:
            print(f"{path}: {how}")
            for one in found:
                print(
                    f"  {one.line}: {one.pitfall} [{one.severity}, {one.evidence}] {one.message}\n"
                    f"      help: {one.help}"
                )
            continue
        faults = compare(path, found)
        hard = [fault for fault in faults if not fault.startswith("unexpected warning")]
        bad += bool(hard)
        for fault in faults:
            print(f"{path.parent.name}/{path.name}: {fault}   [{how}]")
    print(f"{bad} of {len(arguments.files)} with faults", file=sys.stderr)
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main())
