"""Digests of all that an expected value depends on."""

import hashlib
import json
import platform
from collections.abc import Iterable, Mapping
from dataclasses import asdict
from functools import cache
from pathlib import Path

import judge
from judge.problem.model import Case, Problem
from judge.sandbox.starting.numeric_settings import NUMERIC_SETTINGS

REASONS = "reasons.md"  # in a reference's folder: why it is as it is
# The judge's own code that expected values depend on: what makes arrays, what runs the reference, what
# checks and keeps its outputs.
OWN_CODE = (
    "cases.py",
    "compare.py",
    "expected/values.py",
    "expected/promise.py",
    "expected/mistakes.py",
    "problem/arrays.py",
    "problem/bounds.py",
    "sandbox/talking/decode.py",
    "expected/trusted_worker.py",
    "expected/truth.py",
    "sandbox/talking/case_inputs.py",
    "worker/load.py",
    "worker/serve.py",
    "worker/values.py",
    "worker/wire.py",
)


def truth_key(problem: Problem, case: Case, versions: Mapping[str, str]) -> str:
    """Hex digest of all that the inputs and the expected output of one case depend on."""
    parts = {
        "reference": files_digest(problem.reference, reference_files(problem.reference)),
        "judge": own_digest(),
        "case": [dict(case.arguments), {name: list(shape) for name, shape in case.shapes.items()}],
        "data": [case.data_seed, {name: asdict(recipe) for name, recipe in case.data.items()}],
        "problem": [
            problem.entry_point,
            [asdict(item) for item in problem.parameters],
            asdict(problem.returns),
        ],
        "dtype": problem.compute_dtype,
        "machine": machine(),
        "versions": dict(versions),
        "settings": dict(NUMERIC_SETTINGS),
    }
    return hashlib.sha256(json.dumps(parts, sort_keys=True).encode()).hexdigest()


def mistakes_key(key: str) -> str:
    """Where what mistakes give in a case is kept, by the key of what is true of it."""
    return hashlib.sha256(f"{key} mistakes".encode()).hexdigest()


def compile_key(versions: Mapping[str, str]) -> str:
    """Names the folder of programs compiled by these versions for this machine."""
    parts = [machine(), dict(versions), dict(NUMERIC_SETTINGS)]
    return hashlib.sha256(json.dumps(parts, sort_keys=True).encode()).hexdigest()[:32]


def reference_files(folder: Path) -> list[Path]:
    """Everything that a reference could read in its own folder, in one order everywhere.

    But for the reasons, which are written for people.
    """
    files = (path for path in folder.rglob("*") if path.is_file() and "__pycache__" not in path.parts)
    return sorted(path for path in files if path != folder / REASONS)


def files_digest(folder: Path, files: Iterable[Path]) -> str:
    """Hex digest of names and contents.

    Raises:
        OSError: one can't be read.
    """
    digest = hashlib.sha256()
    for path in files:
        content = path.read_bytes()
        digest.update(f"{path.relative_to(folder).as_posix()}\0{len(content)}\0".encode())
        digest.update(content)
    return digest.hexdigest()


@cache
def own_digest() -> str:
    """Hex digest of the judge's code that arrays and outputs depend on."""
    folder = Path(judge.__file__).parent
    return files_digest(folder, (folder / name for name in OWN_CODE))


@cache
def machine() -> str:
    """System, architecture and processor: XLA compiles for the features of the one at hand."""
    try:
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8", errors="replace").splitlines()
    except OSError:
        lines = []
    wanted = ("model name", "flags", "Features")
    seen = {line.split(":")[0].strip(): line for line in lines if line.startswith(wanted)}
    return "\n".join((platform.system(), platform.machine(), *sorted(seen.values())))
