"""Evidence → findings: reads the program's flow and asks every detector."""

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace

from judge.compare import Comparison
from judge.evidence import ArrayValue, Evidence, TraceFact, Value
from judge.expected.truth import CaseTruth, Outputs
from judge.finding import Finding
from judge.flow import Flow, read, unavailable
from judge.flow.graph import graph
from judge.flow.listing import listing
from judge.grading import Judged
from judge.pitfalls import CaseClue, Clues
from judge.pitfalls import diagnose as ask_detectors
from judge.problem.model import Problem
from judge.replay_check import DIFFERS, confirm
from judge.report import FlowFact


def diagnose(
    problem: Problem,
    source: str,
    judged: Sequence[Judged],
    truths: Mapping[str, CaseTruth],
    evidence: Evidence,
    *,
    mistakes: Callable[[], Mapping[str, Outputs]] = dict,
    want_flow: bool = False,
) -> tuple[tuple[Finding, ...], FlowFact]:
    """The findings of one submission, and whether its program could be read.

    A finding that the program itself shows names all cases; one from numbers those that it was seen in.

    Args:
        mistakes: what mistake variants give, by name of the case; asked only where nothing else tells.
        want_flow: put the flow itself into what is told of it, as a listing and as a graph.
    """
    flow = flow_of(evidence.trace, problem)
    differs, doubt = confirm(evidence, flow, problem)
    if differs:
        flow = unavailable(DIFFERS)
    clues = Clues(
        problem=problem,
        flow=flow,
        cases=tuple(_clue(one, truths[one.case.name]) for one in judged),
        source=source,
        mistakes=lambda: {name: _arrays(outputs) for name, outputs in mistakes().items()},
    )
    everywhere = tuple(one.case.name for one in judged)
    findings = tuple(
        finding if finding.cases else replace(finding, cases=everywhere) for finding in ask_detectors(clues)
    )
    return findings, FlowFact(
        available=flow.available,
        reason=flow.reason or unknown_origins(flow) or doubt,
        listing=listing(flow, source, findings) if want_flow else None,
        graph=graph(flow, source, findings) if want_flow else None,
        needed=problem.compute_dtype is not None,
    )


def unknown_origins(flow: Flow) -> str | None:
    """What isn't known of a program that runs other operations with other numbers: what factors are in it.

    Where the numbers are variables it is known all the same.
    """
    if flow.passes is None or flow.passes.program.aligned or flow.passes.program.mode == "variables":
        return None
    return "with other numbers it runs other operations, so what became of each number isn't known"


def flow_of(trace: TraceFact, problem: Problem) -> Flow:
    """The program's flow, or why there is none."""
    if trace.program is None:
        return unavailable(trace.reason or "the program was not traced")
    return read(trace.program, problem)


def _clue(one: Judged, truth: CaseTruth) -> CaseClue:
    return CaseClue(
        name=one.case.name,
        expected=_array(truth.value),
        actual=one.evidence.value if one.evidence is not None else None,
        error=None if one.comparison is None else in_tolerances(one.comparison),
        representable=None if one.comparison is None else one.comparison.representable,
        visibility=one.case.visibility,
        left_at=one.evidence.left_at if one.evidence is not None else None,
        arguments=one.case.arguments,
    )


def _arrays(outputs: Outputs) -> dict[str, ArrayValue]:
    return {name: value for name, value in outputs.items() if isinstance(value, ArrayValue)}


def _array(value: Value | None) -> ArrayValue | None:
    return value if isinstance(value, ArrayValue) else None


def in_tolerances(comparison: Comparison) -> float | None:
    """The worst error in tolerances: up to 1.0 passes; None where there were no numbers to compare."""
    if comparison.error is None or comparison.tolerance is None:
        return None
    if math.isnan(comparison.error):
        return math.inf
    if comparison.tolerance == 0:
        return 0.0 if comparison.error == 0 else math.inf
    return comparison.error / comparison.tolerance
