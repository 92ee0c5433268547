"""The annotated listing: what each line of a submission computes in, and which part of the step it is."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from judge.cells import Cells, heading, in_cell
from judge.finding import Finding
from judge.flow import Flow
from judge.flow.assigned import assigned, inputs
from judge.flow.parts.lanes import PHASES, phase_of, updating
from judge.flow.parts.sizes import sizes
from judge.flow.program import Step
from judge.flow.training_step import MOVES, TrainingStep

SHORT = {"bfloat16": "bf16", "float16": "f16", "float32": "f32", "float64": "f64"}


def listing(flow: Flow, source: str, findings: Sequence[Finding] = ()) -> dict[str, Any]:
    """Facts line by line, as plain data.

    Args:
        source: the submission's text; lines beyond it are left out.

    Returns:
        {"available", "reason",
        "lines": [{"line", "forward", "backward", "update", "returned": dtypes computed in,
        "casts": ["float32 to bfloat16"], "roles": [...], "findings": [ids]}],
        "values": {role: {"min", "median", "max", "zeros", "non_finite"}}, and where it is available
        "assigned" and "inputs": what `judge.flow.assigned` tells}.
        Lines that compute nothing are left out.
    """
    if flow.passes is None:
        return {"available": False, "reason": flow.reason, "lines": [], "values": {}}
    count = source.count("\n") + 1
    sums, updates = _library_sums(flow.passes), updating(flow.passes)
    lines: dict[int, dict[str, list[str]]] = {}
    for step in flow.passes.program.steps:
        line = step.place.line
        if line is not None and line <= count and step.index not in sums:
            _note(lines.setdefault(line, _empty()), flow.passes, updates, step)
    for line, role in _roles(flow.passes):
        if line is not None and line <= count:
            _add(lines.setdefault(line, _empty())["roles"], role)
    for finding in findings:
        if finding.line is not None and finding.line <= count:
            _add(lines.setdefault(finding.line, _empty())["findings"], finding.pitfall)
    told = {line: facts for line, facts in lines.items() if any(facts.values())}
    return {
        "available": True,
        "reason": None,
        "lines": [{"line": line, **told[line]} for line in sorted(told)],
        "values": dict(_values(flow.passes)),
        "assigned": assigned(flow.passes, source),
        "inputs": inputs(flow.passes),
    }


def _library_sums(passes: TrainingStep) -> set[int]:
    """The steps inside of a library's sum, which adds half precision up in float32 and rounds the result.

    It is computed in half precision as far as a learner is concerned: neither its casts nor its dtype count.
    """
    found: set[int] = set()
    for cast in passes.program.steps:
        if cast.op != "convert_element_type" or not cast.operands or not passes.ends_a_sum(cast):
            continue
        found.add(cast.index)
        step = passes.program.maker(cast.operands[0])
        while step is not None and step.place == cast.place and step.operands:
            found.add(step.index)
            step = passes.program.maker(step.operands[0])
    return found


def _empty() -> dict[str, list[str]]:
    return {key: [] for key in (*PHASES, "casts", "roles", "findings")}


def _add(items: list[str], item: str) -> None:
    if item not in items:
        items.append(item)


def _note(facts: Mapping[str, list[str]], passes: TrainingStep, updates: set[int], step: Step) -> None:
    made = passes.makes(step) if step.results else None
    phase = phase_of(passes, updates, step)
    if made is None or not made.floating or phase is None:
        return
    if step.op == "convert_element_type":
        before = passes.fact(step.operands[0]).dtype
        if before != made.dtype and phase != "backward":
            _add(facts["casts"], f"{before} to {made.dtype}")
    elif step.op not in MOVES:
        _add(facts[phase], made.dtype)


def _roles(passes: TrainingStep) -> Iterator[tuple[int | None, str]]:
    for item in passes.products:
        if passes.is_differentiated(item.step):
            for root in sorted(passes.fact(item.parameter).roots):
                yield _line(passes.program.maker(root)), "master parameters"
            for index in passes.fact(item.parameter).rounded:
                yield _line(passes.program.steps[index]), "compute copy"
        if passes.is_differentiated(item.step) or passes.is_final(item.step):
            yield item.step.place.line, "prediction"
    for error in passes.errors:
        yield error.step.place.line, "error"
    for gradient in passes.gradients:
        for step in gradient.region[:1]:
            yield step.place.line, "gradients"
        if gradient.update is not None:
            yield gradient.update.step.place.line, "new parameters"
    yield _line(passes.program.maker(passes.returned)), "returned loss"


def _line(step: Step | None) -> int | None:
    return None if step is None else step.place.line


def _values(passes: TrainingStep) -> Iterator[tuple[str, Mapping[str, float]]]:
    """Sizes of the values in each role, of all its arrays together, where a run has measured them."""
    operands: dict[str, dict[int, None]] = {}
    for role, operand in _measured(passes):
        operands.setdefault(role, {})[operand] = None
    for role, found in operands.items():
        told = sizes(passes.program, found)
        if told is not None:
            yield role, told


def _measured(passes: TrainingStep) -> Iterator[tuple[str, int]]:
    for item in passes.products:
        if passes.is_differentiated(item.step):
            yield from (("master parameters", root) for root in sorted(passes.fact(item.parameter).roots))
            yield "compute copy", item.parameter
            yield "prediction", item.step.results[0]
    for error in passes.errors:
        if passes.is_differentiated(error.step):
            yield "error", error.step.results[0]
    for gradient in passes.gradients:
        if gradient.update is not None:
            yield "master parameters", gradient.update.base
        yield from (("raw gradients", operand) for operand in gradient.raw)
        if gradient.increment is not None:
            yield "update", gradient.increment
        if gradient.update is not None:
            yield "new parameters", gradient.update.result
    if passes.returned is not None:
        yield "returned loss", passes.returned


def render(facts: Mapping[str, Any], source: str, findings: Iterable[Finding] = (), cells: Cells = ()) -> str:
    """The listing as text: each line of the source, below it what it computes in, and the findings at it.

    The lines of a notebook's cells are numbered in each.

    Control characters of the source must have been escaped by whoever shows the text.
    """
    if not facts["available"]:
        return f"The program's flow is not available: {facts['reason']}.\n"
    notes = {item["line"]: item for item in facts["lines"]}
    by_line: dict[int | None, list[Finding]] = {}
    for finding in findings:
        by_line.setdefault(finding.line, []).append(finding)
    rows: list[str] = []
    for number, text in enumerate(source.splitlines(), start=1):
        place = in_cell(number, cells)
        if begins := heading(number, cells):
            rows.append(begins)
        shown = number if place is None else place[1]
        rows.append(f"{'' if cells and place is None else shown:4} | {text}".rstrip())
        indent = " " * (len(text) - len(text.lstrip()))
        if number in notes and (note := _summary(notes[number])):
            rows.append(f"     | {indent}~ {note}")
        rows.extend(_remark(finding, indent, text) for finding in by_line.get(number, []))
    rows.extend(
        f"     = {finding.severity}[{finding.pitfall}]: {finding.message}"
        for finding in by_line.get(None, [])
    )
    return "\n".join([*rows, *_table(facts["values"])]) + "\n"


def _summary(note: Mapping[str, Any]) -> str:
    parts = [f"{phase} {'/'.join(_short(dtype) for dtype in note[phase])}" for phase in PHASES if note[phase]]
    parts += [f"cast {' '.join(_short(word) for word in cast.split())}" for cast in note["casts"]]
    roles = ", ".join(note["roles"])
    return " ".join([*filter(None, [", ".join(parts)]), *([f"({roles})"] if roles else [])])


def _short(word: str) -> str:
    return SHORT.get(word, word)


def _remark(finding: Finding, indent: str, text: str) -> str:
    begin, end = finding.column, finding.end_column
    known = begin is not None and 0 < begin <= len(text) and finding.end_line in (None, finding.line)
    start = begin - 1 if known and begin is not None else len(indent)
    stop = end - 1 if known and end is not None and start < end - 1 <= len(text) else len(text.rstrip())
    before = "".join("\t" if character == "\t" else " " for character in text[:start])
    return (
        f"     | {before}{'^' * max(1, stop - start)}\n"
        f"     = {finding.severity}[{finding.pitfall}]: {finding.message}\n"
        f"     = help: {finding.help}"
    )


def _table(values: Mapping[str, Mapping[str, float]]) -> Iterator[str]:
    if values:
        yield f"\n     {'|value|':<18} {'min':>10} {'median':>10} {'max':>10} {'zeros':>6} {'nan/inf':>7}"
    for role, numbers in values.items():
        low, middle, high = (f"{numbers[key]:10.3g}" for key in ("min", "median", "max"))
        yield f"     {role:<18} {low} {middle} {high} {numbers['zeros']:6.0f} {numbers['non_finite']:7.0f}"
