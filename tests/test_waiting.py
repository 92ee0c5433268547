"""What a run makes a learner wait for, and what it doesn't: told by the programs that trusted workers ran."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from thinned import thinned
from toys import PROBLEM, RIGHT, Heard, Kept, Toy

from judge.evidence import Evidence
from judge.finding import EvidenceKind
from judge.problem.model import Limits
from judge.report import Report, SubmissionResult
from judge.run import submissions as work_module
from judge.run.runner import Judge, run
from judge.sandbox.session import Sandbox
from judge.sandbox.starting.launch import Launcher
from judge.sandbox.starting.tiers import default_launcher
from judge.sandbox.talking.requests import CaseInput, Program
from judge.verdict import Verdict

MISTAKES = """\
import numpy as np

def stale(seed, x):
    return np.asarray([np.asarray(x).sum() + seed], np.float32)

def blind(seed, x):
    return np.asarray([2 * np.asarray(x).sum() - 1], np.float32)

MISTAKES = {"stale-loss": stale, "seed-ignored": blind}
"""
STALE = """\
import jax
import numpy as np


def step(seed, x):
    def on_the_host(x):  # where its flow can't be followed
        return np.asarray([np.asarray(x).sum() + seed], np.float32)

    return jax.pure_callback(on_the_host, jax.ShapeDtypeStruct((1,), np.float32), x)
"""
ELSE = STALE.replace("+ seed]", "+ 7]")
ENDS = RIGHT.replace("    return", "    raise ValueError\n    return")
EVERYWHERE = ("plain", "drawn[0]", "drawn[1]", "unseen")
WARM_UP = "import jax.numpy as jnp\n\ndef warm_up(seed, x):\n    return jnp.tanh(x)\n"


@pytest.fixture
def toy(tmp_path: Path) -> Toy:
    made = Toy.make(tmp_path, text=PROBLEM + "pitfalls: [stale-loss, seed-ignored]\n")
    made.write("reference/toy/mistakes.py", MISTAKES)
    return made


@pytest.fixture
def ran(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> list[str]:
    """The trusted programs that were run, in order."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    programs: list[str] = []
    judge, warm = Sandbox.judge, Sandbox.warm

    def judging(
        self: Sandbox, program: Program, cases: Sequence[CaseInput], limits: Limits, **spec: Any
    ) -> Evidence:
        if program.cache_write:
            programs.append(program.name)
        return judge(self, program, cases, limits, **spec)

    def warming(self: Sandbox, program: Program, limits: Limits, **how: Any) -> str | None:
        programs.append(program.name)
        return warm(self, program, limits, **how)

    monkeypatch.setattr(Sandbox, "judge", judging)
    monkeypatch.setattr(Sandbox, "warm", warming)
    return programs


def ask(zygote: Launcher, toy: Toy, sources: Mapping[str, str], **changes: Any) -> Report:
    return run(toy.request(sources, **changes), Heard(), Kept(zygote))


@pytest.mark.parametrize("entropy", thinned([0, 12345]))
def test_a_right_file_needs_the_reference_alone(
    zygote: Launcher, toy: Toy, ran: list[str], entropy: int
) -> None:
    report = ask(zygote, toy, {"ada.py": RIGHT}, entropy=entropy)
    assert [result.verdict for result in report.results] == [Verdict.ACCEPTED]
    assert ran == ["reference.py"]


def test_so_does_one_that_gives_no_numbers(zygote: Launcher, toy: Toy, ran: list[str]) -> None:
    nothing = "def step(seed, x):\n    return None\n"
    ask(zygote, toy, {"ada.py": ENDS, "bob.py": nothing, "eve.py": "def step("})
    assert ran == ["reference.py"]


@pytest.mark.more
def test_other_entropies_compute_their_drawn_cases_and_no_mistakes(
    zygote: Launcher, toy: Toy, ran: list[str]
) -> None:
    for entropy in (0, 0, 7):
        ask(zygote, toy, {"ada.py": RIGHT}, entropy=entropy)
    assert ran == ["reference.py", "reference.py"]


@pytest.mark.more
@pytest.mark.parametrize("entropy", [0, 12345])
def test_wrong_ones_are_explained_by_mistakes_that_are_computed_once_for_all(
    zygote: Launcher, toy: Toy, ran: list[str], entropy: int
) -> None:
    stale = {f"{number}.py": f"{STALE}# {number}\n" for number in range(4)}
    for _ in range(2):
        problem, sources = toy.load(), {"right.py": RIGHT, "else.py": ELSE, **stale}
        jobs = [replace(toy.job(name, source), problem=problem) for name, source in sources.items()]
        report = run(toy.request(jobs, entropy=entropy, workers=3), Heard(), Kept(zygote))
        told = {
            Path(one.submission).name: [(item.pitfall, item.evidence, item.cases) for item in one.findings]
            for one in report.results
        }
        expected = [("stale-loss", EvidenceKind.NUMBERS, EVERYWHERE)]
        assert told == {"right.py": [], "else.py": [], **dict.fromkeys(stale, expected)}
    assert ran == ["reference.py", "mistakes.py"]


@pytest.mark.more
def test_mistakes_that_cannot_be_computed_cost_no_result(zygote: Launcher, toy: Toy, ran: list[str]) -> None:
    toy.write("reference/toy/mistakes.py", "MISTAKES = {")
    heard = Heard()
    report = run(toy.request({"right.py": RIGHT, "stale.py": STALE}), heard, Kept(zygote))
    assert [one.verdict for one in report.results] == [Verdict.ACCEPTED, Verdict.WRONG_ANSWER]
    assert report.complete
    assert ran == ["reference.py"]
    assert heard.notes[-1].startswith("the mistake variants of toy can't be used: ")


# --- compiling ahead ----------------------------------------------------------------------------------


@pytest.fixture
def fresh() -> Iterator[Launcher]:
    """One that has traced nothing yet."""
    launcher = default_launcher("none")
    yield launcher
    launcher.close()


def test_the_first_verdict_ever_waits_for_no_warm_up(fresh: Launcher, toy: Toy, ran: list[str]) -> None:
    toy.write("problems/toy/warmup.py", WARM_UP)
    ask(fresh, toy, {"ada.py": RIGHT})
    assert ran == ["reference.py"]


@pytest.mark.more
def test_after_the_first_verdict_what_others_need_is_compiled(
    fresh: Launcher, toy: Toy, ran: list[str]
) -> None:
    toy.write("problems/toy/warmup.py", WARM_UP)
    before_the_first: list[str] = []

    class Watching(Heard):
        def finished(self, result: SubmissionResult) -> None:
            if not self.results:
                before_the_first.extend(ran)
            super().finished(result)

    sources = {f"{number}.py": RIGHT for number in range(4)}
    run(toy.request(sources, workers=1), Watching(), Kept(fresh))
    assert before_the_first == ["reference.py"]
    assert ran == ["reference.py", "warmup.py"]


@pytest.mark.more
def test_later_runs_compile_it_where_they_leave_a_core_to_it(
    fresh: Launcher, toy: Toy, ran: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    toy.write("problems/toy/warmup.py", WARM_UP)
    ask(fresh, toy, {"ada.py": RIGHT})
    for cores, expected in ((1, []), (2, ["warmup.py"])):
        ran.clear()
        monkeypatch.setattr(work_module, "cores", lambda cores=cores: cores)
        ask(fresh, toy, {"ada.py": RIGHT})
        assert ran == expected


@pytest.mark.more
def test_workers_of_a_judge_that_stays_go_through_it_once_it_is_compiled(
    fresh: Launcher, toy: Toy, ran: list[str]
) -> None:
    toy.write("problems/toy/warmup.py", WARM_UP)
    request = toy.request({"ada.py": RIGHT})
    judge = Judge(request, Heard(), Kept(fresh), idle=True)
    found = []
    try:
        for prepared in (False, True, True):
            found += [one.verdict for one in judge.run(request, prepared=prepared).results]
            judge.prepare(request.jobs)
            judge.work.ahead.join()
        prepared = judge.work.prepare(request.jobs[0])
    finally:
        judge.close()
    assert found == [Verdict.ACCEPTED] * 3
    assert prepared.warm_up is not None
    assert ran == ["reference.py", "warmup.py"]
