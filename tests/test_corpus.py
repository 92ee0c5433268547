"""The corpus through the whole judge: no false accept, no false reject, every finding at its line.

A sample of it in each test run: some files as the judge judges them, more of them diagnosed in this process.
"""

import os
from pathlib import Path

import pytest
from corpus_reading import CORPUS, differences, expectation, finding_differences
from matrix.diagnosing import diagnosed
from toys import Heard
from traced import ROOT, problem_of

from judge.run.intake import Job, RunRequest
from judge.run.runner import run

FILES = sorted([*CORPUS.glob("*/*.py"), *CORPUS.glob("*/*/*.py")])
SAMPLE = FILES[1::20]  # none of those whose numbers come from the host: they are read in a worker only
FEW = SAMPLE[::5]


def judged(files: list[Path]) -> dict[str, list[str]]:
    jobs = tuple(
        Job(name=path.name, path=path, problem=problem_of(path.read_text(encoding="utf-8"))) for path in files
    )
    report = run(RunRequest(root=ROOT, jobs=jobs, workers=os.cpu_count() or 1), Heard())
    found = {path.name: differences(path, result) for path, result in zip(files, report.results, strict=True)}
    return {name: faults for name, faults in found.items() if faults}


def test_a_few_files_of_the_corpus_get_their_verdicts_findings_and_lines():
    assert judged(FEW) == {}


@pytest.mark.parametrize("path", SAMPLE, ids=lambda path: path.stem)
def test_a_sample_of_the_corpus_gets_its_findings_and_lines(path: Path):
    findings, reason = diagnosed(path.read_text(encoding="utf-8"))
    assert (finding_differences(expectation(path), findings), reason) == ([], None)


@pytest.mark.more
def test_the_whole_corpus_gets_its_verdicts_findings_and_lines():
    assert len(FILES) >= 120
    assert judged(FILES) == {}


def test_the_reading_of_the_corpus_notices_what_is_wrong(tmp_path: Path):
    path = tmp_path / "one.py"
    path.write_text("# expect: pitfall\n# finding: stale-loss\nx = 1\nreturn x  #@ stale-loss\n")
    wanted = expectation(path)
    assert (wanted.verdicts, wanted.findings, wanted.marks) == (
        {"pitfall"},
        ({"stale-loss"},),
        {"stale-loss": {4}},
    )
