"""Trace submissions in this process, without a sandbox, and print what is found: for quick loops while a detector is written.

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
from pathlib import Path

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
from judge.worker.trace import trace

VALUES = False  # measure the values' sizes, too
ROOT = Path(__file__).resolve().parents[1]
PROBLEM = load_problem(ROOT, ROOT / "problems" / "mixed_precision_step")
NAMES = [parameter.name for parameter in PROBLEM.parameters]
REFERENCE = load(
    (PROBLEM.reference / "reference.py").read_text(), "reference.py", PROBLEM.entry_point, NAMES, None
).call


def findings(path: Path) -> tuple[tuple[Finding, ...], str]:
    """The findings of one file, and how its program was read."""
    source = path.read_text()
    random = np.random.default_rng(0)
    arrays = [random.normal(size=(8, size)).astype("float32") for size in (4, 2)]
    numbers = [{"number": 3.0}, {"array": 0}, {"array": 1}, {"number": 0.1}, {"number": 1024.0}]
    with contextlib.redirect_stdout(io.StringIO()):
        loaded = load(source, str(path), PROBLEM.entry_point, NAMES, None)
        value = loaded.call(3.0, *map(_jax, arrays), 0.1, 1024.0)
        start = time.perf_counter()
        traced = trace(
            loaded.call,
            {**trace_spec(PROBLEM, values=VALUES), "file": str(path), "arguments": numbers, "arrays": arrays},
        )
    seconds = time.perf_counter() - start
    program = traced["program"]
    flow = read(json.loads(json.dumps(program)), PROBLEM) if program else unavailable(traced["reason"])
    actual = _value(value)
    expected = _value(np.asarray(REFERENCE(3.0, *map(_jax, arrays), 0.1, 1024.0)))
    compared = compare_arrays(expected, actual, PROBLEM.returns, PROBLEM.tolerance) if actual else None
    case = CaseClue(
        name="generic",
        expected=expected,
        actual=actual,
        error=compared.error / compared.tolerance if compared and compared.error is not None else None,
        representable=compared.representable if compared else None,
    )
    found = diagnose(Clues(problem=PROBLEM, flow=flow, cases=(case,), source=source))
    how = program["mode"] if program else flow.reason
    return found, f"{how} {'' if flow.available else flow.reason} {seconds:.3f} s"


def _jax(array: np.ndarray) -> object:
    import jax.numpy as jnp

    return jnp.asarray(array)


def _value(value: object) -> ArrayValue | None:
    if not hasattr(value, "dtype") or not hasattr(value, "shape"):
        return None
    array = np.asarray(value)
    return ArrayValue(dtype=str(array.dtype), shape=array.shape, data=array.tobytes())


def compare(path: Path, found: tuple[Finding, ...]) -> list[str]:
    """What differs from the file's own header."""
    text = path.read_text()
    wanted = [line.split(None, 1)[1].strip() for line in re.findall(r"^# (finding:.*)$", text, re.M)]
    allowed = {line.strip().split()[0] for line in re.findall(r"^# allow:(.*)$", text, re.M)}
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
                    f"  {one.line}: {one.pitfall} [{one.severity}, {one.evidence}] {one.message}\n      help: {one.help}"
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
