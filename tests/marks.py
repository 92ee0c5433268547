"""Whether the findings of a submission are marked, in the drawing of its flow, where a person would point."""

from collections.abc import Iterable, Mapping, Sequence
from math import prod
from typing import Any

from traced import problem_of

from judge.finding import EvidenceKind, Finding
from judge.flow import Flow
from judge.flow.facts import HALVES
from judge.flow.graph import graph

HALF, FULL, ONE = "half", "full", "one number"
LOSSES, LATER = {"forward", "returned"}, {"backward", "update"}
# id → the parts of the step that its box may be in, a dtype that it has, computes in or is given, and name
# (ONE: it gives one number, as a loss does).
BOXES: Mapping[str, tuple[set[str], str, str]] = {
    "master-downcast": ({"forward", "update", "returned"}, HALF, ""),
    "unscaled-grads": ({"update"}, "", ""),
    "doubly-unscaled-grads": (LATER, "", ""),
    "missing-loss-scale": ({"forward", "backward"}, "", ONE),
    "low-precision-loss-scale": ({"forward", "backward"}, "", ""),
    "low-precision-unscale": (LATER, HALF, ""),
    "clipped-scaled-grads": (LATER, "", ""),
    "low-precision-grads": (LATER, HALF, ""),
    "low-precision-update": ({"update"}, HALF, ""),
    "uncast-inputs": (LOSSES, FULL, ""),
    "uncast-targets": (LOSSES, FULL, ""),
    "full-precision-forward": ({"forward"}, FULL, ""),
    "full-precision-loss": ({"forward"}, FULL, ""),
    "full-precision-final-loss": (LOSSES, FULL, ""),
    "low-precision-accumulator": (LATER, HALF, ""),
    "summed-grads": ({"update"}, "", ""),
    "last-micro-batch-only": (LATER, "", ""),
    "update-per-micro-batch": ({"update"}, "", "new parameters"),
    "partial-loss-returned": (LOSSES, "", "returned loss"),
    "scaled-loss-returned": (LOSSES, "", ONE),
    "stale-loss": (LOSSES | {"update"}, "", ONE),
    "update-discarded": (LATER, "", ""),
    "seed-ignored": ({"forward"}, "", "master parameters"),
    "lr-ignored": ({"update"}, "", ""),
}


def misplaced(source: str, flow: Flow, findings: Sequence[Finding]) -> list[str]:
    """What is wrong with the marks of findings that the flow tells, one line each."""
    drawn = graph(flow, source, findings)
    if not drawn["available"]:
        return []
    found: list[str] = []
    compute = problem_of(source).compute_dtype or ""
    for finding in findings:
        if finding.evidence is EvidenceKind.FLOW:
            boxes = [node for node in drawn["nodes"] if finding.pitfall in node["findings"]]
            found += [f"{finding.pitfall}: marked {len(boxes)} times"] if len(boxes) != 1 else []
            for node in boxes:
                fed = _fed(drawn, node["id"])
                found += [f"{finding.pitfall}: {told}" for told in _faults(finding, node, compute, fed)]
    return found


def _fed(drawn: Mapping[str, Any], box: int) -> set[str]:
    """The dtypes of what a box is given, and those that it had before it was cast for it."""
    before = {start for start, end in drawn["edges"] if end == box}
    casts = {number for number in before if drawn["nodes"][number]["operation"] == "convert_element_type"}
    before |= {start for start, end in drawn["edges"] if end in casts}
    return {drawn["nodes"][number]["dtype"] for number in before}


def _faults(finding: Finding, node: Mapping[str, Any], compute: str, fed: set[str]) -> Iterable[str]:
    other = next(half for half in HALVES if half != compute)
    rule = (
        ({*LOSSES, *LATER}, other, "")
        if finding.pitfall == "wrong-half-dtype"
        else BOXES.get(finding.pitfall)
    )
    if rule is None:
        return
    phases, dtype, name = rule
    box = f"the box `{node['name']}` ({node['phase']}, {node['dtype']}, line {node['line']})"
    if node["phase"] not in phases:
        yield f"{box} is in another part of the step"
    wanted = {HALF: {compute}, FULL: {"float32", "float64"}, "": {node["dtype"]}}.get(dtype, {dtype})
    given = fed if dtype == FULL or finding.pitfall == "master-downcast" else ()
    if not wanted & {node["dtype"], *node["inside"], *given}:
        yield f"{box} is in another dtype"
    if name == ONE and prod(node["shape"]) != 1:
        yield f"{box} gives more than one number"
    elif name not in {"", ONE} and node["name"] != name:
        yield f"{box} is not the {name}"
