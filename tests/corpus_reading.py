"""Reads the corpus's headers and marks, and says how a result differs from them."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

from judge.finding import Finding
from judge.report import SubmissionResult

CORPUS = Path(__file__).parent / "corpus"
HEADER = re.compile(r"# (expect|finding|allow|noline): *(.+?) *$")
MARK = re.compile(r"#@ *(.+?) *$")


@dataclass(frozen=True, slots=True, kw_only=True)
class Expectation:
    """What a file must get; each finding is a set of equally right ids, `marks` the lines of each id."""

    verdicts: frozenset[str]
    findings: tuple[frozenset[str], ...] = ()
    allowed: frozenset[str] = frozenset()
    marks: dict[str, set[int]] = field(default_factory=dict)
    lineless: frozenset[str] = frozenset()


def expectation(path: Path) -> Expectation:
    lines = path.read_text(encoding="utf-8").splitlines()
    found: dict[str, list[str]] = {"expect": [], "finding": [], "allow": [], "noline": []}
    for line in lines:
        match = HEADER.match(line)
        if match is None:
            break
        found[match[1]].append(match[2])
    marks: dict[str, set[int]] = {}
    for number, line in enumerate(lines, start=1):
        for mark in re.split(r"[,\s]+", MARK.search(line)[1]) if MARK.search(line) else ():
            marks.setdefault(mark, set()).add(number)
    return Expectation(
        verdicts=frozenset(found["expect"][0].split("|")),
        findings=tuple(frozenset(item.split("|")) for item in found["finding"]),
        allowed=frozenset(item.split()[0] for item in found["allow"]),
        marks=marks,
        lineless=frozenset(found["noline"]),
    )


def differences(path: Path, result: SubmissionResult) -> list[str]:
    """What is other than the file's header says, in words; empty when all is as it should be."""
    wanted = expectation(path)
    faults = []
    if result.verdict.value not in wanted.verdicts:
        faults.append(
            f"verdict {result.verdict.value}, expected {'|'.join(sorted(wanted.verdicts))}: {result.message}"
        )
    faults += finding_differences(wanted, result.findings)
    return [*faults, f"its flow: {result.flow.reason}"] if faults and result.flow.reason else faults


def finding_differences(wanted: Expectation, findings: Iterable[Finding]) -> list[str]:
    """What is other with the findings, their ids and lines."""
    known = wanted.allowed.union(*wanted.findings)
    came = {finding.pitfall for finding in findings}
    faults = [f"unexpected {name}" for name in sorted(came - known)]
    faults += [f"missing {'|'.join(sorted(names))}" for names in wanted.findings if not names & came]
    for finding in findings:
        lines = wanted.marks.get(finding.pitfall)
        if finding.line is None and finding.pitfall in wanted.lineless:
            continue
        last = finding.end_line or finding.line or 0
        if lines and not any((finding.line or 0) <= line <= last for line in lines):
            faults.append(f"{finding.pitfall} at line {finding.line}, expected {sorted(lines)}")
    return faults
