"""What a result depends on, as a digest: where none of it has changed, the result is what it was."""

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, fields
from functools import cache
from pathlib import Path
from typing import Any

import judge
from judge import __version__
from judge.expected.cache_key import files_digest, reference_files
from judge.problem.model import Case, Problem
from judge.sandbox.starting.numeric_settings import NUMERIC_SETTINGS

# Of the judge's own code what decides on no result: it shows them, or keeps them.
SHOWS = (
    "cluster", "commands", "hostile", "pages", "reporters", "stats", "store", "verify",
    "cli.py", "__main__.py",
)  # fmt: skip
# Of a problem what is told to learners, or comes in when points are shown.
TOLD = ("title", "folder", "reference", "cases", "points", "hints", "rubric")


def basis(
    problem: Problem,
    cases: Sequence[Case],
    *,
    versions: Mapping[str, str],
    isolation: Mapping[str, Any],
    require_flow: bool,
    cases_total: int | None,
    processor: str,
) -> str:
    """Hex digest of all that a result depends on besides the submission.

    Args:
        versions: of Python and of the packages that submissions run with. isolation: as reports have it.
        cases_total: how many cases there are where these are a part. processor: what it was found out on,
            as `judge.expected.cache_key.machine` has it.

    Raises:
        OSError: the reference's files can't be read.
    """
    parts = {
        "problem": {
            field.name: _plain(getattr(problem, field.name))
            for field in fields(problem)
            if field.name not in TOLD
        },
        "cases": [_plain(case) for case in cases],
        "cases_total": cases_total,
        "reference": files_digest(problem.reference, reference_files(problem.reference)),
        "judge": [__version__, judging_code()],
        "versions": dict(versions),
        "settings": dict(NUMERIC_SETTINGS),
        "machine": processor,
        "isolation": dict(isolation),
        "require_flow": require_flow,
    }
    return hashlib.sha256(json.dumps(parts, sort_keys=True, default=str).encode()).hexdigest()


def result_key(basis_digest: str, sha256: str, file_name: str | None = None) -> str:
    """Hex digest that names a result.

    Args:
        sha256: of the submission's bytes. file_name: where it is in the result, as in a message.
    """
    parts = [basis_digest, sha256] + ([] if file_name is None else [file_name])
    return hashlib.sha256(json.dumps(parts).encode()).hexdigest()


@cache
def judging_code() -> str:
    """Hex digest of the judge's own code that decides on results."""
    folder = Path(judge.__file__).parent
    files = (path for path in folder.rglob("*.py") if path.relative_to(folder).parts[0] not in SHOWS)
    return files_digest(folder, sorted(files))


def _plain(value: Any) -> Any:  # noqa: ANN401 - whatever a problem is made of
    return asdict(value) if hasattr(value, "__dataclass_fields__") else value
