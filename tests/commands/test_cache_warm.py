"""`judge cache warm`: what it computes is found by later runs, and what it can't compute it tells."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
from toys import Heard

from commands.exercises import PROBLEM, RIGHT, make_problem
from judge.commands.cache_warm import planned, warm
from judge.commands.inputs.find_problem import Problems
from judge.errors import HarnessError, ProblemError, UsageError
from judge.problem.load import load_cases_file
from judge.run.intake import Job, RunRequest
from judge.run.runner import run
from judge.sandbox.session import Sandbox
from judge.verdict import Verdict

MISTAKES = """\
import numpy as np

MISTAKES = {"stale-loss": lambda seed, x: np.asarray([np.asarray(x).sum()], np.float32)}
"""
STALE = """\
import jax
import numpy as np


def double(seed, x):
    def on_the_host(x):  # where its flow can't be followed
        return np.asarray([np.asarray(x).sum()], np.float32)

    return jax.pure_callback(on_the_host, jax.ShapeDtypeStruct((1,), np.float32), x)
"""
WARM_UP = "import jax.numpy as jnp\n\ndef warm_up(seed, x):\n    return jnp.tanh(x)\n"
EXTRA = """\
problem: demo
cases:
  - name: from-the-teacher
    seed: 3
    shapes: {x: [3]}
    data: {seed: 77, x: {normal: {scale: 1.0}}}
"""


@pytest.fixture(autouse=True)
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    return tmp_path / "cache" / "judge"


@pytest.fixture
def demo(root: Path) -> Path:
    text = PROBLEM.format(name="demo").replace("pitfalls: []", "pitfalls: [stale-loss]")
    (root / "problems/demo/problem.yaml").write_text(text)
    (root / "problems/demo/warmup.py").write_text(WARM_UP)
    (root / "reference/demo/mistakes.py").write_text(MISTAKES)
    return root


def warmed(
    root: Path, *names: str, entropy: int = 0, extra: Path | None = None
) -> tuple[list[str], list[str]]:
    """What it says in the end, and the notes on its way."""
    notes: list[str] = []
    return list(warm(Problems(root), names, entropy, extra, notes.append)), notes


def judged(root: Path, monkeypatch: pytest.MonkeyPatch, **changes: Any) -> tuple[list[Verdict], list[str]]:
    """A right and a wrong file by a judge that can run no trusted program; verdicts and notes."""
    judge = Sandbox.judge

    def judging(self: Sandbox, program: Any, *asked: Any, **spec: Any) -> Any:
        assert not program.cache_write, "it was to be there"
        return judge(self, program, *asked, **spec)

    problem, heard = Problems(root).problem("demo"), Heard()
    jobs = [
        Job(name=f"{n}.py", source=text.encode(), problem=problem) for n, text in enumerate((RIGHT, STALE))
    ]
    extra = changes.pop("extra", ())
    request = RunRequest(root=root, jobs=tuple(Job(**_fields(job), extra=extra) for job in jobs), **changes)
    with monkeypatch.context() as patched:
        patched.setattr(Sandbox, "judge", judging)
        patched.delattr(Sandbox, "warm")
        report = run(request, heard)
    assert [item.pitfall for result in report.results for item in result.findings] == ["stale-loss"]
    return [result.verdict for result in report.results], heard.notes


def _fields(job: Job) -> dict[str, Any]:
    return {"name": job.name, "source": job.source, "problem": job.problem}


@pytest.mark.more
def test_later_runs_find_all_that_they_need(demo: Path, cache: Path, monkeypatch: pytest.MonkeyPatch):
    told, notes = warmed(demo)
    assert told == [f"demo: what judging needs is in {cache}"]
    assert notes[0].startswith("computing what demo expects in 4 cases")
    assert judged(demo, monkeypatch) == ([Verdict.ACCEPTED, Verdict.WRONG_ANSWER], [])


@pytest.mark.more
def test_what_is_there_is_not_computed_again(demo: Path):
    warmed(demo)
    told, notes = warmed(demo, "demo")
    assert len(told) == 1
    assert notes == []


@pytest.mark.more
def test_cases_of_another_entropy_and_further_ones_can_be_computed_too(
    demo: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    file = tmp_path / "extra.yaml"
    file.write_text(EXTRA)
    _, notes = warmed(demo, entropy=7, extra=file)
    assert notes[0].startswith("computing what demo expects in 5 cases")
    extra = load_cases_file(file, Problems(demo).problem("demo"))
    assert judged(demo, monkeypatch, entropy=7, extra=extra)[1] == []


def test_without_a_name_all_problems_are_taken_and_further_cases_go_to_theirs(demo: Path, tmp_path: Path):
    make_problem(demo, "other")
    file = tmp_path / "extra.yaml"
    file.write_text(EXTRA)

    def cases(names: Sequence[str], extra: Path | None = None) -> dict[str, int]:
        return {problem.id: len(found) for problem, found in planned(Problems(demo), names, 0, extra)}

    assert cases([]) == {"demo": 4, "other": 4}
    assert cases(["other", "other"]) == {"other": 4}
    assert cases([], file) == {"demo": 5, "other": 4}
    with pytest.raises(UsageError, match=r"extra\.yaml is for demo, which is not among: other$"):
        planned(Problems(demo), ["other"], 0, file)


def test_wrong_names_and_bad_files_are_told_before_anything_is_begun(demo: Path, cache: Path):
    with pytest.raises(UsageError, match=r"no problem dem .*Did you mean demo\?"):
        warmed(demo, "dem")
    make_problem(demo, "other")
    (demo / "problems/other/problem.yaml").write_text("id: other\n")
    with pytest.raises(ProblemError):
        warmed(demo)
    assert not cache.exists()


def test_a_root_without_problems_is_told(tmp_path: Path):
    (tmp_path / "problems").mkdir()
    with pytest.raises(UsageError, match="there is no problem in "):
        warmed(tmp_path)


def faults(root: Path) -> list[str]:
    with pytest.raises(HarnessError) as told:
        warmed(root)
    return str(told.value).splitlines()


@pytest.mark.more
def test_all_that_fails_is_told_and_the_rest_is_there(demo: Path, monkeypatch: pytest.MonkeyPatch):
    bad = make_problem(demo, "bad")
    (demo / "reference/bad/reference.py").write_text(
        RIGHT.replace("    return", "    assert seed < 2\n    return")
    )
    (demo / "reference/bad/mistakes.py").write_text("MISTAKES = {")
    (bad / "warmup.py").write_text("def warm_up(seed, x):\n    raise ValueError('no')\n")
    found = faults(demo)
    assert "bad: case secret: the reference failed: AssertionError (line 5)" in found
    assert found[-2:] == [
        "bad: the mistake variants can't be used: this is not Python: '{' was never closed",
        "bad: the warm-up program fails: ValueError: no (line 2)",
    ]
    assert all(line.startswith("bad: ") for line in found)
    assert judged(demo, monkeypatch)[1] == []


def test_a_reference_that_cannot_be_used_is_told(demo: Path):
    (demo / "reference/demo/reference.py").write_bytes(b"\xff\xfe")
    [fault] = faults(demo)
    assert fault.startswith("demo: ")
    assert "reference.py can't be read" in fault


def test_a_cache_that_cannot_be_written_is_told(demo: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    (tmp_path / "file").touch()
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "file"))
    assert faults(demo) == [
        f"{tmp_path}/file/judge can't be written. Set XDG_CACHE_HOME to a folder that can be."
    ]
