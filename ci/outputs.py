"""Prints what a CI step gives to the next one: verdict, score and max_score of a report, as NAME=VALUE lines.

Every value is a number or one of the judge's own words, so that nothing learners wrote gets into a file of
settings.
"""

import json
import sys
from pathlib import Path

VERDICTS = (
    "judge_error",
    "invalid",
    "time_limit",
    "memory_limit",
    "output_limit",
    "runtime_error",
    "wrong_answer",
    "pitfall",
    "accepted",
)


def outputs(report: dict[str, object]) -> dict[str, str]:
    """The worst verdict, and the sums over the submissions that have a score."""
    results = report["results"]
    assert isinstance(results, list)  # noqa: S101 -- what judge-result/v1 promises
    scored = [result for result in results if result["score"] is not None]
    found = {result["verdict"] for result in results}
    return {
        "verdict": next((verdict for verdict in VERDICTS if verdict in found), "none"),
        "score": _number(sum(result["score"] for result in scored)),
        "max_score": _number(sum(result["max_score"] for result in scored)),
    }


def _number(value: float) -> str:
    """All its digits: what is less than a full score must not be rounded to one."""
    return str(float(value)).removesuffix(".0")


if __name__ == "__main__":
    document = json.loads(Path(sys.argv[1]).read_text(encoding="utf-8"))
    sys.stdout.writelines(f"{name}={value}\n" for name, value in outputs(document).items())
