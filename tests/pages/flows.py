"""Precision flows of programs that never ran."""

from typing import Any

from reporters.reports import finding, wrong_result

from judge.report import FlowFact, SubmissionResult

VALUES = {
    "compute copy": {"min": 0.1, "median": 0.5, "max": 1.0625, "zeros": 0, "non_finite": 0},
    "raw gradients": {"min": 0.0, "median": 1e-7, "max": 3.5, "zeros": 2, "non_finite": 0},
    "returned loss": {"min": 0.0, "median": 0.0, "max": 0.0, "zeros": 0, "non_finite": 1},
}


def line(number: int, **facts: Any) -> dict[str, Any]:
    empty = {
        "forward": [],
        "backward": [],
        "update": [],
        "returned": [],
        "casts": [],
        "roles": [],
        "findings": [],
    }
    return {"line": number, **empty, **facts}


def flow() -> FlowFact:
    lines = [
        line(5, forward=["bfloat16"], backward=["bfloat16", "float32"], roles=["prediction"]),
        line(9, casts=["float32 to bfloat16"]),
        line(10, findings=["unscaled-grads"]),
    ]
    listing = {"available": True, "reason": None, "lines": lines, "values": VALUES}
    return FlowFact(available=True, listing=listing)


def traced(**fields: Any) -> SubmissionResult:
    """A wrong submission of which the flow was read."""
    return wrong_result(**{"flow": flow(), "findings": (finding(column=12, end_column=28),), **fields})
