"""A judge that answers one request after another, in a process of its own that a test can watch and lose.

    python -m judge.hostile.service TIER ROOT

Each line on stdin is a JSON object {"files": [...], "jobs": N, "require_flow": bool}, paths relative to ROOT;
each line on stdout the answer: {"document": the report as --format json has it, "texts": {format: text},
"seconds": …}, or {"error": traceback}. The launcher, and with it the zygote, is kept from request to request.
"""

import json
import sys
import time
import traceback
from dataclasses import replace
from pathlib import Path
from typing import Any

from judge.problem.load import load_problem
from judge.report import Report
from judge.reporters import REPORTERS
from judge.run.intake import Job, RunRequest
from judge.run.progress import Silent
from judge.run.runner import run
from judge.sandbox.starting.launch import Launcher
from judge.sandbox.starting.tiers import default_launcher


class Lent:
    """A launcher that outlives the run that it is lent to."""

    def __init__(self, launcher: Launcher) -> None:
        self._launcher = launcher

    def __getattr__(self, name: str) -> Any:  # noqa: ANN401 - whatever the launcher has
        return getattr(self._launcher, name)

    def close(self) -> None:
        """Nothing: there will be more runs."""


def answer(root: Path, tier: str, launcher: Launcher, request: dict[str, Any]) -> dict[str, Any]:
    """Judge the files of one request."""
    problem = load_problem(root, root / "problems" / "toy")
    jobs = tuple(Job(name=name, path=root / name, problem=problem) for name in request["files"])
    began = time.monotonic()
    asked = RunRequest(
        root=root,
        jobs=jobs,
        workers=request["jobs"],
        isolation=tier,
        require_flow=request["require_flow"],
    )
    report = run(asked, Silent(), Lent(launcher))
    seconds = time.monotonic() - began
    texts = rendered(report)
    return {"document": json.loads(texts["json"]), "texts": texts, "seconds": seconds}


def rendered(report: Report) -> dict[str, str]:
    """The report in every format, as the bytes that would be written, read again.

    The page of a class shows its teacher every file that was handed in; they are left out here, so that
    what is in the page has come from elsewhere.
    """
    unread = replace(report, results=tuple(replace(result, source=None) for result in report.results))
    texts = {name: REPORTERS[name]().render(unread if name == "html" else report) for name in REPORTERS}
    return {name: text.encode("utf-8", "backslashreplace").decode() for name, text in texts.items()}


def main() -> None:
    """Serve until stdin ends."""
    tier, root = sys.argv[1], Path(sys.argv[2])
    launcher = default_launcher(tier)
    launcher.start()
    try:
        for line in sys.stdin:
            try:
                said = answer(root, tier, launcher, json.loads(line))
            except Exception:  # noqa: BLE001 - the answer says what went wrong
                said = {"error": traceback.format_exc()}
            print(json.dumps(said), flush=True)  # noqa: T201 - stdout is how it answers
    finally:
        launcher.close()


if __name__ == "__main__":
    main()
