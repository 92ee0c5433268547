"""What tells a mistake besides numbers: its own program, a sample that makes it, or its author."""

import ast
from collections.abc import Mapping

from judge.expected.mistakes import MISTAKES
from judge.expected.trusted_process import TrustedProcess, process_of
from judge.finding import Finding, Severity
from judge.flow import Flow, read, trace_spec, unavailable
from judge.pitfalls import Clues, diagnose
from judge.problem.model import Problem
from judge.sandbox.talking.requests import CaseInput
from judge.verdict import Verdict
from judge.verify.workshop import Workshop

FLOW_ALONE = "FLOW_ALONE"


def read_by_flow(shop: Workshop) -> Mapping[str, tuple[str, ...]]:
    """Mistake -> the pitfalls that detectors name in its program, warnings too."""
    call = shop.calls(shop.usable[:1])
    with process_of(shop.trusted, "margins") as process:
        if process.load(shop.program(MISTAKES)) is not None or not call:
            return {}
        return {
            name: tuple(dict.fromkeys(one.pitfall for one in findings_of(shop, process, call[0], name)[0]))
            for name in process.names
        }


def findings_of(
    shop: Workshop, process: TrustedProcess, call: CaseInput, entry: str | None = None, source: str = ""
) -> tuple[tuple[Finding, ...], Flow]:
    """What the flow alone shows of a program that is loaded, and the flow."""
    traced = process.trace(call, trace_spec(shop.problem), entry)
    if traced.program is None:
        return (), unavailable(traced.reason or "it can't be traced")
    flow = read(traced.program, shop.problem)
    return diagnose(Clues(problem=shop.problem, flow=flow, source=source)), flow


def flow_alone(problem: Problem) -> frozenset[str]:
    """The mistakes that no numbers can tell, as mistakes.py says in FLOW_ALONE: literals of names."""
    tree = ast.parse((problem.reference / MISTAKES).read_text(encoding="utf-8"))
    for node in tree.body:
        targets = node.targets if isinstance(node, ast.Assign) else [getattr(node, "target", None)]
        if FLOW_ALONE in {getattr(one, "id", "") for one in targets}:
            constants = [one.value for one in ast.walk(node) if isinstance(one, ast.Constant)]
            return frozenset(name for name in constants if isinstance(name, str))
    return frozenset()


def shown_by_samples(shop: Workshop, pitfall: str) -> str | None:
    """A sample that has a finding of this pitfall although its numbers pass; None where none has."""
    for result in shop.samples_of(Verdict.PITFALL):
        found = {one.pitfall for one in result.findings if one.severity is Severity.ERROR}
        if result.verdict is Verdict.PITFALL and pitfall in found:
            return result.submission.rpartition("/")[2]
    return None
