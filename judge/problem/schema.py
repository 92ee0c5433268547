"""What a problem file says, key by key.

    id: one_step                        # the folder's name
    title: One training step …          # one line
    entry_point: step                   # the function that a submission defines
    points: 100                         # what full marks are worth; default 100
    compute_dtype: bfloat16             # in which forward and backward should run; left out: in none
    parameters:                         # in the order of the entry point
      - {name: seed, kind: float, role: seed}
      - {name: x, kind: array, role: inputs, dtype: float32, shape: [N, D_in]}
      - {name: pair, kind: tree, dict: {a: {dtype: float32, shape: [N]}, b: {tuple: […]}}}
    returns: {dtype: float32, shape: [1]}   # or {tuple: [SPEC, …]}, {dict: {KEY: SPEC, …}}; a vector may
                                            # name its numbers: {…, shape: [2], elements: [loss, count]}
    limits: {wall_s: 20, cpu_s: 20, total_s: 40, memory_mib: 2048, output_kib: 64, processes: 128,
             file_mib: 1}
    tolerance: {relative: 0.015625, absolute: 0.0, representable_in: bfloat16}   # further `parts: {NAME: …}`
    pitfalls: [master-downcast, …]      # ids of the catalogue; default none
    constants: {growth: 2.0}            # numbers that no parameter gives, for detectors
    options: {…}                        # free, for detectors
    cases:
      - name: drawn                     # letters, digits, - and _
        repeat: 2                       # drawn[0], drawn[1]; left out: one case, called drawn
        seed: {integers: [0, 1000]}     # a parameter that is a number: a number or a draw
        lr: {choice: [0.05, 0.1]}       # or {uniform: [low, high]}
        shapes: {x: [8, 4]}             # arrays with named axes; a leaf of a tree is called pair.a
        data:
          seed: 0                       # left out: from the entropy and the case's name
          x: {normal: {scale: 1.0}, off_grid: 0.45, rows: antisymmetric}
        visibility: public              # or hidden
        weight: 1.0
    rubric:                             # left out: points follow the weights
      cases:                            # every case is in one group; `points` above is their sum
        - {name: the basics, cases: [drawn], points: 100}
      pitfalls: {master-downcast: 20}   # points lost in place of cases that fail through nothing else
      late: {per_day: 10, at_most: 50}  # percent
      attempts: best                    # or last

A recipe has one kind: `normal: {scale}`, `uniform: [low, high]`, `choice: [a, b, …]` (one drawn per element)
or `linear_of_ARRAY: {factor, weights, dtype}`. A file of extra cases is `{problem: ID, cases: […]}`.
docs/problem-format.md tells the same at more length.
"""

import re
from collections.abc import Collection, Mapping
from dataclasses import replace
from pathlib import Path

from judge.problem.faults import FaultLog, shown
from judge.problem.model import CaseTemplate, Limits, Problem, TreeSpec
from judge.problem.node import IDENTIFIER, NAME, Node, given
from judge.problem.rubric import MAX_POINTS, read_rubric
from judge.problem.specs import (
    FLOAT_DTYPES,
    identifier,
    read_limits,
    read_parameters,
    read_returns,
    read_tolerance,
)
from judge.problem.templates import NAME_RULE, CaseRules, read_cases
from judge.problem.tolerance import Tolerance
from judge.problem.yaml import Document

REQUIRED = ("id", "title", "entry_point", "parameters", "returns", "tolerance", "cases")
OPTIONAL = ("points", "compute_dtype", "limits", "pitfalls", "constants", "options", "rubric")
PITFALL = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")


def root_node(document: Document) -> Node:
    """The whole document, with a log that has the faults found in reading it."""
    log = FaultLog(path=document.path, lines=document.lines)
    log.include(document.faults)
    return Node(value=document.data, place=(), log=log)


def read_problem(node: Node, *, folder: Path, reference: Path, catalogue: Collection[str] = ()) -> Problem:
    """The problem in a file; stand-ins take the place of what has faults, so look at the log first.

    `catalogue` has the ids that `pitfalls` may name; empty when that isn't known.
    """
    entries = node.mapping(required=REQUIRED, optional=OPTIONAL)
    parameters = given(entries, "parameters", read_parameters, ())
    compute_dtype = given(entries, "compute_dtype", lambda entry: entry.one_of(FLOAT_DTYPES), None)
    rules = CaseRules(
        parameters=parameters,
        compute_dtype=compute_dtype,
        lenient="parameters" not in entries or not entries["parameters"].clean,
    )
    returns = given(entries, "returns", read_returns, TreeSpec(kind="tuple", items=()))
    problem = Problem(
        id=given(entries, "id", lambda entry: _id(entry, folder.name), ""),
        title=given(entries, "title", Node.text, ""),
        entry_point=given(entries, "entry_point", identifier, ""),
        parameters=parameters,
        returns=returns,
        limits=given(entries, "limits", read_limits, Limits()),
        tolerance=given(
            entries, "tolerance", lambda entry: read_tolerance(entry, returns), Tolerance(relative=0.0)
        ),
        cases=given(entries, "cases", lambda entry: read_cases(entry, rules), ()),
        pitfalls=given(entries, "pitfalls", lambda entry: _pitfalls(entry, catalogue), ()),
        folder=folder,
        reference=reference,
        compute_dtype=compute_dtype,
        points=given(entries, "points", lambda entry: entry.whole(least=1, most=MAX_POINTS), 100),
        constants=given(entries, "constants", _constants, {}),
        options=given(entries, "options", _options, {}),
    )
    return _with_rubric(entries, problem) if "rubric" in entries else problem


def _with_rubric(entries: Mapping[str, Node], problem: Problem) -> Problem:
    """The problem with its rubric, whose points are the problem's."""
    rubric = read_rubric(entries["rubric"], problem)
    points = entries.get("points")
    if points is not None and points.clean and entries["rubric"].clean and problem.points != rubric.points:
        points.fault(f"must be {rubric.points}, the sum of the rubric's groups, not {problem.points}")
    return replace(problem, rubric=rubric, points=rubric.points)


def _id(node: Node, expected: str) -> str:
    found = node.matching(NAME, NAME_RULE)
    if node.clean and found != expected:
        node.fault(f"must be the folder's name, {shown(expected)}, not {found}")
    return found


def _pitfalls(node: Node, catalogue: Collection[str]) -> tuple[str, ...]:
    seen: list[str] = []
    for item in node.items():
        found = item.matching(PITFALL, "the id of a pitfall, such as stale-loss")
        if item.clean and catalogue:
            item.one_of(catalogue)
        if item.clean and found in seen:
            item.fault(f"`{found}` is listed twice")
        seen.append(found)
    return tuple(seen)


def _constants(node: Node) -> Mapping[str, float]:
    for key, entry in node.entries().items():
        if not IDENTIFIER.fullmatch(key):
            entry.fault("is no Python name; that of a constant must be")
    return {key: entry.number() for key, entry in node.entries().items()}


def _options(node: Node) -> Mapping[str, object]:
    return {key: entry.value for key, entry in node.entries().items()}


def read_extra_cases(node: Node, problem: Problem) -> tuple[CaseTemplate, ...]:
    """The cases of a file that adds to a problem: hidden unless they say otherwise."""
    entries = node.mapping(required=("problem", "cases"))
    given(entries, "problem", lambda entry: entry.one_of((problem.id,)), "")
    rules = CaseRules(
        parameters=problem.parameters,
        compute_dtype=problem.compute_dtype,
        visibility="hidden",
        taken={template.name: f"a case of {problem.id} already" for template in problem.cases},
    )
    return given(entries, "cases", lambda entry: read_cases(entry, rules), ())
