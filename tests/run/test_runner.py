import hashlib
import json
import os
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from nbformat import v4
from toys import PROBLEM, RIGHT, Heard, Kept, Toy, case, gave, problem, truth

from judge import __version__
from judge.errors import IsolationError, SandboxFault, UsageError
from judge.evidence import Evidence, Submission, TraceFact
from judge.grading import TRIES, Judged
from judge.problem.load import load_cases_file
from judge.problem.model import Recipe
from judge.report import CaseResult, Report, RunHead, SubmissionResult
from judge.reporters import REPORTERS
from judge.reporters.base import View
from judge.run import runner
from judge.run.intake import SOURCE_BYTES, Job, RunRequest, read_submission
from judge.run.outcome import exit_code
from judge.run.prepared_problem import PreparedProblem
from judge.run.runner import Interrupted, run
from judge.run.submissions import diagnosis
from judge.sandbox.starting.launch import Launcher
from judge.sandbox.starting.pool import Pool
from judge.sandbox.starting.process import Process
from judge.sandbox.starting.tiers import default_launcher
from judge.verdict import Verdict

WRONG = RIGHT.replace("2 *", "3 *")
EVERY = ["plain", "drawn[0]", "drawn[1]", "unseen"]

RIGHT_IN_JAX = """\
import jax.numpy as jnp


def step(seed, x):
    return jnp.reshape(2 * jnp.sum(x) + seed, (1,))
"""


class Failing(Kept):
    """A launcher whose workers can't be started, after so many that could."""

    def __init__(self, launcher: Launcher, after: int = 0) -> None:
        super().__init__(launcher)
        self.left = after

    def launch(self, *, trusted: bool = False, readable: Sequence[Path] = ()) -> Process:
        self.left -= 1
        if self.left < 0:
            raise SandboxFault("no process could be forked")
        return super().launch(trusted=trusted, readable=readable)


def unprepared(_request: RunRequest, launcher: Launcher, **_: bool) -> Pool:
    """No worker is started for a submission before its turn."""
    return Pool(launcher, spare=0)


class ImpatientAfterOne(Heard):
    """Presses Ctrl-C when the first result is there."""

    def finished(self, result: SubmissionResult) -> None:
        super().finished(result)
        raise KeyboardInterrupt


@pytest.fixture(autouse=True)
def _no_cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))


@pytest.fixture
def toy(tmp_path: Path) -> Toy:
    return Toy.make(tmp_path)


@pytest.fixture
def lent(zygote: Launcher) -> Launcher:
    return Kept(zygote)


def one(lent: Launcher, toy: Toy, source: str | bytes, **changes: Any) -> SubmissionResult:
    """What a single submission gets."""
    [result] = run(toy.request({"ada.py": source}, **changes), Heard(), lent).results
    return result


def verdicts(result: SubmissionResult) -> list[Verdict]:
    return [found.verdict for found in result.cases]


def test_submissions_are_judged_and_reported_in_the_order_of_the_request(lent: Launcher, toy: Toy) -> None:
    heard = Heard()
    sources = {f"{n}.py": WRONG if n == 2 else RIGHT for n in (3, 1, 2, 0)}
    report = run(toy.request(sources, workers=4), heard, lent)
    assert [Path(result.submission).stem for result in report.results] == ["3", "1", "2", "0"]
    assert [result.verdict for result in report.results] == [
        Verdict.ACCEPTED, Verdict.ACCEPTED, Verdict.WRONG_ANSWER, Verdict.ACCEPTED,
    ]  # fmt: skip
    assert (report.complete, report.exit_code, report.entropy) == (True, 1, 0)
    assert report.judge_version == __version__
    assert (heard.total, heard.closed, heard.head) == (4, 1, report.head)
    assert sorted(result.submission for result in heard.results) == sorted(
        result.submission for result in report.results
    )
    assert heard.notes[0].startswith("computing what toy expects in 4 cases")


def test_the_environment_says_what_results_depend_on(lent: Launcher, toy: Toy) -> None:
    environment = run(toy.request({"ada.py": RIGHT}), Heard(), lent).environment
    assert {"python", "jax", "jaxlib", "flax", "optax", "numpy"} <= set(environment)
    assert (environment["platform"], environment["xla_flags"]) == (
        "cpu",
        "--xla_allow_excess_precision=false",
    )
    assert environment["isolation"] == dict(lent.isolation)


def test_everything_known_of_a_submission_is_in_its_result(lent: Launcher, toy: Toy) -> None:
    source = RIGHT.replace("    return", "    print('sum of', len(x))\n    return")
    result = one(lent, toy, source)
    assert (result.verdict, result.score, result.message) == (Verdict.ACCEPTED, 1.0, "all 4 cases pass")
    assert result.sha256 == hashlib.sha256(source.encode()).hexdigest()
    assert (result.problem, result.source, result.exception) == ("toy", source, None)
    assert [found.name for found in result.cases] == EVERY
    assert [found.weight for found in result.cases] == [1.0, 1.0, 1.0, 2.0]
    assert result.capture.stdout == "sum of 2\n" * 3, "and nothing of the hidden case"
    shown = result.cases[0]
    assert shown.expected == shown.actual is not None
    assert (shown.error, shown.tolerance) == (0.0, 0.015625)


def test_a_run_where_all_are_accepted_ends_with_0(lent: Launcher, toy: Toy) -> None:
    assert run(toy.request({"ada.py": RIGHT}), Heard(), lent).exit_code == 0


def test_what_comes_from_standard_input_is_judged_as_any_other(lent: Launcher, toy: Toy) -> None:
    job = Job(name="-", source=b"def step(seed, x):\n    return missing\n", problem=toy.load())
    [result] = run(toy.request([job]), Heard(), lent).results
    assert (result.submission, result.message) == (
        "-",
        "case plain: NameError: name 'missing' is not defined (line 2)",
    )


@pytest.mark.parametrize(
    "source",
    [
        b"\xef\xbb\xbf" + RIGHT.encode(),
        RIGHT.replace("\n", "\r\n").encode(),
        b"# coding: utf-8\n" + RIGHT.encode(),
    ],
)
def test_byte_order_marks_line_ends_and_the_cookie_of_utf_8_change_nothing(
    lent: Launcher, toy: Toy, source: bytes
) -> None:
    assert one(lent, toy, source).verdict is Verdict.ACCEPTED


@pytest.mark.parametrize(
    ("source", "message", "line"),
    [
        (b"", "there is no function `step` in this file: it defines no function", None),
        (b"x = '\0'", "this can't be compiled: source code string cannot contain null bytes", None),
        (b"x = 1\ny = '\xe4'", "the file is not UTF-8: line 2 has the byte 0xe4; save it as UTF-8", 2),
        (
            b"\xef\xbb\xbfx = 1\n'\xe4'",
            "the file is not UTF-8: line 2 has the byte 0xe4; save it as UTF-8",
            2,
        ),
        (RIGHT.encode("utf-16"), "the file is not UTF-8: line 1 has the byte 0xff; save it as UTF-8", 1),
        (b"#" * (SOURCE_BYTES + 1), "the file is larger than 1024 KiB", None),
        (b"def step(\n", "this is not Python: '(' was never closed", 1),
    ],
)
def test_what_cannot_be_run_is_invalid(
    lent: Launcher, toy: Toy, source: bytes, message: str, line: int | None
) -> None:
    result = one(lent, toy, source)
    if "null bytes" in message:  # which Python 3.12 calls a syntax error
        assert "null bytes" in result.message
        message = result.message
    assert (result.verdict, result.message, result.cases, result.score) == (Verdict.INVALID, message, (), 0.0)
    assert (result.exception and result.exception.line) == line


def test_a_file_that_cannot_be_read_is_invalid_and_never_waited_for(toy: Toy, tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.py")
    (tmp_path / "folder.py").mkdir()
    (tmp_path / "loop.py").symlink_to(tmp_path / "loop.py")
    for name in ("pipe.py", "folder.py", "missing.py", "loop.py"):
        submission, fault = read_submission(Job(name=name, path=tmp_path / name, problem=toy.load()))
        assert fault is not None
        assert (submission.source, submission.data, fault.kind) == (None, b"", "unreadable")
        assert fault.message.startswith("the file can't be read: ")


def test_a_file_of_exactly_the_allowed_size_is_taken(toy: Toy, tmp_path: Path) -> None:
    (tmp_path / "large.py").write_bytes(b"#" * SOURCE_BYTES)
    submission, fault = read_submission(Job(name="a", path=tmp_path / "large.py", problem=toy.load()))
    assert (fault, len(submission.source or "")) == (None, SOURCE_BYTES)


def test_a_link_to_the_reference_is_no_submission_even_if_it_is_named(toy: Toy) -> None:
    (job,) = toy.request({"bob.py": RIGHT}).jobs
    link = toy.root / "ada.py"
    link.symlink_to(toy.root / "reference" / "toy" / "reference.py")
    _, fault = read_submission(replace(job, name="ada.py", path=link))
    assert fault is not None
    assert (fault.kind, fault.message) == (
        "unreadable",
        "the file can't be read: it is a link to a reference",
    )


@pytest.mark.parametrize("source", [RIGHT, RIGHT_IN_JAX], ids=["numpy", "jax"])
def test_a_name_that_is_no_text_is_judged_and_reported(lent: Launcher, toy: Toy, source: str) -> None:
    name = os.fsdecode(b"ad\xff.py")
    report = run(toy.request({name: source}), Heard(), lent)
    (result,) = report.results
    assert result.verdict is Verdict.ACCEPTED
    for reporter in REPORTERS.values():
        assert reporter(View()).render(report).encode()


@pytest.mark.parametrize(
    ("names", "cases"),
    [
        (("plain",), ["plain"]),
        (("drawn",), ["drawn[0]", "drawn[1]"]),
        (("unseen", "drawn[1]"), ["drawn[1]", "unseen"]),
    ],
)
def test_only_the_cases_that_are_asked_for_are_run(
    lent: Launcher, toy: Toy, names: tuple[str, ...], cases: list[str]
) -> None:
    result = one(lent, toy, RIGHT, case_names=names)
    assert [found.name for found in result.cases] == cases


def test_a_case_that_is_not_there_is_refused(lent: Launcher, toy: Toy) -> None:
    heard = Heard()
    with pytest.raises(UsageError, match="there is no case plian, only: plain"):
        run(toy.request({"ada.py": RIGHT}, case_names=("plian",)), heard, lent)
    assert heard.closed == 1


def test_the_entropy_changes_drawn_cases_and_no_others(lent: Launcher, toy: Toy) -> None:
    first, again, other = (
        {found.name: found.expected for found in one(lent, toy, RIGHT, entropy=entropy).cases}
        for entropy in (0, 0, 7)
    )
    assert first == again
    assert first["plain"] == other["plain"]
    assert first["drawn[0]"] != other["drawn[0]"]


EXTRA = """\
problem: toy
cases:
  - {name: further, seed: 8, shapes: {x: [1, 1]}, data: {seed: 0, x: {choice: [4]}}}
"""


def test_cases_from_elsewhere_are_judged_with_the_others_and_hidden(lent: Launcher, toy: Toy) -> None:
    extra = load_cases_file(toy.write("further.yaml", EXTRA), toy.load())
    jobs = [
        replace(toy.job(name, source), extra=extra) for name, source in (("a.py", RIGHT), ("b.py", WRONG))
    ]
    right, wrong = run(toy.request(jobs), Heard(), lent).results
    assert [found.name for found in right.cases] == [*EVERY, "further"]
    assert (right.verdict, right.cases[-1].visibility) == (Verdict.ACCEPTED, "hidden")
    assert (wrong.cases[-1].verdict, wrong.cases[-1].expected) == (Verdict.WRONG_ANSWER, None)


def test_jobs_with_and_without_further_cases_are_not_mixed_up(lent: Launcher, toy: Toy) -> None:
    extra = load_cases_file(toy.write("further.yaml", EXTRA), toy.load())
    jobs = [toy.job("a.py", RIGHT), replace(toy.job("b.py", RIGHT), extra=extra)]
    assert [len(result.cases) for result in run(toy.request(jobs), Heard(), lent).results] == [4, 5]


def test_a_case_that_crashes_costs_only_itself(lent: Launcher, toy: Toy) -> None:
    crash = RIGHT.replace("    return", "    if len(x) == 4:\n        __import__('os').abort()\n    return")
    result = one(lent, toy, crash)
    assert verdicts(result) == [*[Verdict.ACCEPTED] * 3, Verdict.RUNTIME_ERROR]
    assert result.score == 0.6
    assert "SIGABRT" not in repr(result), "what a hidden case did is not told"


def test_the_return_that_ran_is_named_in_every_case(lent: Launcher, toy: Toy) -> None:
    source = "def step(seed, x):\n    if x.shape == (2, 3):\n        return float(x[0, 0])\n    return None\n"
    result = one(lent, toy, source)
    assert (result.line, [one.line for one in result.cases]) == (3, [3, 3, 3, None])
    assert result.message.startswith("case plain: line 3: a Python float came; ")


def test_nothing_of_a_hidden_case_reaches_a_report(lent: Launcher, tmp_path: Path) -> None:
    toy = Toy.make(tmp_path, text=PROBLEM.replace("choice: [5, 6]", "choice: [87654.25]"))
    spy = RIGHT.replace(
        "    return", "    if len(x) == 4:\n        print(x)\n        raise ValueError(str(x))\n    return"
    )
    report = run(toy.request({"spy.py": spy, "bob.py": WRONG}), Heard(), lent)
    assert [verdicts(result)[-1] for result in report.results] == [
        Verdict.RUNTIME_ERROR,
        Verdict.WRONG_ANSWER,
    ]
    sums = 4 * 87654.25
    for name, reporter in REPORTERS.items():
        text = reporter(View(verbosity=1)).render(report)
        for secret in ("87654", str(2 * sums + 3), str(3 * sums + 3)):
            assert secret not in text, name


NASTY = {
    "message": "def step(seed, x):\n    raise ValueError('\\ud800\\x1b[31m\\0\\n::error::<script>')\n",
    "type": "def step(seed, x):\n    raise type('A\\nB\\x1b', (Exception,), {})('\\u2028')\n",
    "value": "def step(seed, x):\n    return type('C\\n\\x1b\\ud800', (), {})()\n",
    "keys": "def step(seed, x):\n    return {'\\ud800\\x1b': x, 3: None}\n",
    "printed": "import os\ndef step(seed, x):\n    os.write(1, bytes(range(256)))\n    print('\\ud800')\n",
    "line": "def step(seed, x):\n    exec(compile('\\n' * 9999 + '1 / 0', __file__, 'exec'))\n",
    "source": "# \x1b[31m \u202e \ufeff\ndef step(seed, x):\n    1 / 0  # \x1b]0;title\x07\n",
    "signature": "import numpy as np\ndef step(a=np.zeros((3, 3)), *, b='\x1b'):\n    pass\n",
}


@pytest.mark.more
def test_whatever_learners_say_is_one_line_and_breaks_no_report(lent: Launcher, toy: Toy) -> None:
    report = run(toy.request({f"{name}.py": source for name, source in NASTY.items()}), Heard(), lent)
    assert {result.verdict for result in report.results} == {
        Verdict.RUNTIME_ERROR, Verdict.WRONG_ANSWER, Verdict.INVALID,
    }  # fmt: skip
    for result in report.results:
        assert len([result.message, *(found.message for found in result.cases)]) == len(
            "\n".join([result.message, *(found.message for found in result.cases)]).splitlines()
        ), result.submission
    for name, reporter in REPORTERS.items():
        text = reporter(View(verbosity=1)).render(report)
        assert "\x1b" not in text, name
        assert text.encode()


# --- our own faults -----------------------------------------------------------------------------------


BROKEN = "def step(seed, x):\n    return {}\n"


@pytest.mark.parametrize(
    ("reference", "why"),
    [
        (BROKEN.format("1 / 0"), "the reference failed: ZeroDivisionError: division by zero (line 2)"),
        (BROKEN.format("x"), "the reference returned shape (2, 3), the problem promises (1,)"),
        (
            BROKEN.format("x[0, :1] * float('nan')"),
            "the reference returned numbers that aren't finite",
        ),
        ("", "the reference can't be used: there is no function `step` in this file: it defines no function"),
    ],
)
def test_a_broken_reference_is_a_judge_error_and_counts_against_nobody(
    lent: Launcher, tmp_path: Path, reference: str, why: str
) -> None:
    toy = Toy.make(tmp_path, reference=reference)
    report = run(toy.request({"ada.py": RIGHT, "bob.py": "1 / 0"}), Heard(), lent)
    assert report.exit_code == 3
    for result in report.results:
        assert (result.verdict, result.score) == (Verdict.JUDGE_ERROR, None)
        assert result.message == f"case plain: this case can't be judged, which is not your fault: {why}"
        assert verdicts(result) == [Verdict.JUDGE_ERROR] * 4


def test_a_broken_recipe_is_a_judge_error_of_its_case_alone(lent: Launcher, toy: Toy) -> None:
    plain, *others = toy.load().cases
    beyond = replace(plain, data={"x": Recipe(kind="normal", values=(1e39,))})
    broken = replace(toy.load(), cases=(beyond, *others))
    sources = {"a.py": RIGHT, "b.py": WRONG}
    jobs = [replace(toy.job(name, source), problem=broken) for name, source in sources.items()]
    report = run(toy.request(jobs), Heard(), lent)
    right, wrong = report.results
    assert (right.verdict, right.score, report.exit_code) == (Verdict.JUDGE_ERROR, 1.0, 3)
    assert "data.x gives numbers that don't fit float32" in right.message
    assert (wrong.verdict, wrong.score) == (Verdict.WRONG_ANSWER, 0.0)
    assert verdicts(wrong)[0] is Verdict.JUDGE_ERROR


def test_a_reference_that_is_gone_is_a_judge_error(lent: Launcher, toy: Toy) -> None:
    request = toy.request({"ada.py": RIGHT})
    (toy.root / "reference" / "toy" / "reference.py").unlink()
    report = run(request, Heard(), lent)
    assert report.exit_code == 3
    (result,) = report.results
    assert result.verdict is Verdict.JUDGE_ERROR
    assert "can't be read" in result.message


def test_a_machine_that_starts_no_worker_is_at_fault_and_the_report_says_so(
    zygote: Launcher, toy: Toy
) -> None:
    report = run(toy.request({"ada.py": RIGHT}), Heard(), Failing(zygote))
    [result] = report.results
    assert (report.exit_code, result.verdict, result.score) == (3, Verdict.JUDGE_ERROR, None)
    assert "no process could be forked" in result.message


def test_a_worker_that_cannot_be_started_costs_one_submission_and_not_the_run(
    zygote: Launcher, toy: Toy, monkeypatch: pytest.MonkeyPatch
) -> None:
    run(toy.request({"ada.py": RIGHT}), Heard(), Kept(zygote))  # so that expected values are there
    monkeypatch.setattr(runner, "pool_for", unprepared)
    sources = {"ada.py": RIGHT, "bob.py": RIGHT}
    report = run(toy.request(sources, workers=1), Heard(), Failing(zygote, after=2))
    first, second = report.results
    assert (first.verdict, second.verdict, report.exit_code) == (Verdict.ACCEPTED, Verdict.JUDGE_ERROR, 3)
    assert second.message == (
        "case plain: the judge failed, which is not your fault: SandboxFault: no process could be forked"
    )
    assert second.score is None


@pytest.mark.parametrize(
    "program",
    [{}, {"version": 1}, {"version": 1, "steps": 3, "inputs": None}, {"version": 1, "steps": [{"op": []}]}],
)
def test_a_strange_trace_makes_nothing_fail(program: dict[str, Any]) -> None:
    judged = [Judged(case=case(), verdict=Verdict.ACCEPTED, message="", evidence=gave("one", 1.0))]
    prepared = PreparedProblem(problem=problem(), cases=(case(),), truths={"one": truth()}, digest="")
    evidence = Evidence(trace=TraceFact(program=program))
    findings, flow = diagnosis(prepared, Submission(name="a", data=b"", source=""), judged, evidence)
    assert (findings, flow.available) == ((), False)
    assert flow.reason


# --- the run as a whole -------------------------------------------------------------------------------


@pytest.mark.more
def in_cells(*cells: str) -> str:
    made = [v4.new_code_cell(cell) for cell in cells]
    return json.dumps(v4.new_notebook(cells=[v4.new_markdown_cell("# Mine"), *made]))


def of_notebook(lent: Launcher, toy: Toy, *cells: str) -> SubmissionResult:
    (result,) = run(toy.request({"ada.ipynb": in_cells(*cells)}), Heard(), lent).results
    return result


def test_a_notebook_is_judged_as_its_code_is(lent: Launcher, toy: Toy) -> None:
    imports, _, function = RIGHT.partition("\n\n")
    assert of_notebook(lent, toy, f"%time\n{imports}", function).verdict is Verdict.ACCEPTED
    result = of_notebook(lent, toy, imports, function.replace("return", "return None and", 1))
    assert result.verdict is Verdict.WRONG_ANSWER
    assert "cell 3, line " in result.message


def test_what_ends_a_notebook_is_told_with_its_cell(lent: Launcher, toy: Toy) -> None:
    result = of_notebook(lent, toy, RIGHT, "x = 1\nx / 0")
    assert result.verdict is Verdict.RUNTIME_ERROR
    assert result.exception is not None
    assert result.line_name(result.exception.line or 0) == "cell 3, line 2"
    assert result.notes == (TRIES,)
    syntax = of_notebook(lent, toy, RIGHT, "x = (\n")
    assert (syntax.verdict, syntax.line) == (Verdict.INVALID, syntax.cells[1].first)


def test_a_notebook_that_is_none_is_invalid(lent: Launcher, toy: Toy) -> None:
    (result,) = run(toy.request({"ada.ipynb": "{"}), Heard(), lent).results
    assert (result.verdict, result.source) == (Verdict.INVALID, None)
    assert result.message.startswith("the notebook can't be read, since it is no JSON: ")


def test_a_run_that_fails_as_it_begins_leaves_nothing_running(lent: Launcher, toy: Toy) -> None:
    class Closed(Kept):
        ended = 0

        def close(self) -> None:
            self.ended += 1

    class Full(Heard):
        def opened(self, head: RunHead) -> None:
            super().opened(head)
            raise OSError(28, "No space left on device")

    launcher = Closed(lent)
    with pytest.raises(OSError, match="No space left"):
        run(toy.request({"ada.py": RIGHT}), Full(), launcher)
    assert launcher.ended


def test_an_interrupted_run_reports_what_was_finished_and_leaves_nothing_running(toy: Toy) -> None:
    launcher = default_launcher("none")
    heard = ImpatientAfterOne()
    endless = RIGHT.replace("    return", "    import time\n    time.sleep(60)\n    return")
    request = toy.request({"a.py": RIGHT, "b.py": endless, "c.py": endless}, workers=1)
    with pytest.raises(Interrupted) as interrupted:
        run(request, heard, launcher)
    report = interrupted.value.report
    assert (report.complete, report.exit_code, heard.closed) == (False, 130, 1)
    assert [result.submission for result in report.results] == ["submissions/toy/a.py"]
    with pytest.raises(SandboxFault, match="being ended"):
        launcher.launch()


def test_isolation_that_is_not_to_be_had_is_refused_before_anything_starts(toy: Toy) -> None:
    heard = Heard()
    with pytest.raises(IsolationError):
        run(toy.request({"ada.py": RIGHT}, isolation="none", require_isolation="landlock"), heard)
    assert heard.head is None


def result_of(*found: Verdict, verdict: Verdict) -> SubmissionResult:
    cases = tuple(
        CaseResult(name=str(n), verdict=one, visibility="public", weight=1.0, seconds=0.0, message="")
        for n, one in enumerate(found)
    )
    return SubmissionResult(
        submission="a",
        sha256="",
        problem="toy",
        cases_sha256="",
        verdict=verdict,
        score=None,
        seconds=0.0,
        message="",
        cases=cases,
    )


@pytest.mark.parametrize(
    ("results", "code"),
    [
        ([], 0),
        ([result_of(verdict=Verdict.ACCEPTED)], 0),
        ([result_of(verdict=Verdict.ACCEPTED), result_of(verdict=Verdict.PITFALL)], 1),
        ([result_of(verdict=Verdict.INVALID)], 1),
        ([result_of(verdict=Verdict.JUDGE_ERROR), result_of(verdict=Verdict.INVALID)], 3),
        ([result_of(Verdict.WRONG_ANSWER, Verdict.JUDGE_ERROR, verdict=Verdict.WRONG_ANSWER)], 3),
    ],
)
def test_the_exit_code_is_the_worst_of_the_results(results: list[SubmissionResult], code: int) -> None:
    assert exit_code(results) == code


def test_results_of_verdicts_are_counted_worst_first() -> None:
    found = [result_of(verdict=verdict) for verdict in (Verdict.ACCEPTED, Verdict.INVALID, Verdict.ACCEPTED)]
    report = Report(
        judge_version="0",
        entropy=0,
        environment={},
        results=tuple(found),
        complete=True,
        exit_code=1,
        seconds=0.0,
    )
    assert list(report.verdicts.items()) == [(Verdict.INVALID, 1), (Verdict.ACCEPTED, 2)]
