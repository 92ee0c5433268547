"""What is there isn't judged, and what another judge is at comes last."""

from collections.abc import Sequence

import pytest
from toys import Heard, case, problem, truth

from judge.report import SubmissionResult
from judge.run import at_work
from judge.run.at_work import AtWork
from judge.run.intake import Job, RunRequest
from judge.run.kept_results import Claim, KeptResults, NothingKept
from judge.run.prepared_problem import PreparedProblem
from judge.run.threads import Threads
from judge.verdict import Verdict

ROOT = problem().folder.parent
JOBS = tuple(Job(name=name, problem=problem()) for name in ("ada.py", "bob.py", "cy.py"))


def result(name: str, message: str) -> SubmissionResult:
    return SubmissionResult(
        submission=name, sha256="", problem="toy", cases_sha256="", verdict=Verdict.ACCEPTED, score=1.0,
        seconds=0.0, message=message,
    )  # fmt: skip


class Runner:
    def prepare(self, job: Job) -> PreparedProblem:
        return PreparedProblem(problem=job.problem, cases=(case(),), truths={"one": truth()}, digest="")

    def one(self, job: Job, prepared: PreparedProblem) -> SubmissionResult:  # noqa: ARG002 - the form
        return result(job.name, "judged")

    def compile_ahead(self, prepared: PreparedProblem) -> None:
        pass

    def stop(self) -> None:
        pass


class Kept(NothingKept):
    """A store of which it is known what it answers, one after the other."""

    def __init__(self, *answers: Sequence[Claim], readable: bool = True) -> None:
        self.answers = [list(each) for each in answers]
        self.readable = readable
        self.put_in: list[int] = []

    def claim(self, number: int) -> Claim:
        return self.answers[number].pop(0)

    def get(self, number: int) -> SubmissionResult | None:  # type: ignore[override] # there are some
        return result(JOBS[number].name, "was there") if self.readable else None

    def put(self, number: int, result: SubmissionResult) -> None:  # noqa: ARG002 - the form
        self.put_in.append(number)


def judged(kept: KeptResults) -> tuple[list[str], list[str]]:
    """What is said of each in the order of the request, and who was done when."""
    heard = Heard()
    threads = Threads(Runner(), workers=1)
    work = AtWork(threads, RunRequest(root=ROOT, jobs=JOBS), heard, kept)
    work.run()
    threads.close()
    return [one.message for one in work.spool], [one.submission for one in heard.results]


def test_what_is_there_is_given_and_the_rest_is_judged_and_kept() -> None:
    kept = Kept([Claim.DONE], [Claim.OURS], [Claim.DONE])
    assert judged(kept)[0] == ["was there", "judged", "was there"]
    assert kept.put_in == [1]


def test_what_another_judge_is_at_is_looked_at_again_when_all_else_is_done(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(at_work, "LOOK_AGAIN_SECONDS", 0.001)
    theirs = Claim.THEIRS
    kept = Kept([theirs, theirs, Claim.DONE], [theirs, theirs, theirs, Claim.OURS], [Claim.OURS])
    said, order = judged(kept)
    assert said == ["was there", "judged", "judged"]
    assert order == ["cy.py", "ada.py", "bob.py"]
    assert kept.put_in == [2, 1]


def test_what_is_there_and_cannot_be_read_is_judged() -> None:
    kept = Kept([Claim.DONE], [Claim.DONE], [Claim.DONE], readable=False)
    assert judged(kept)[0] == ["judged"] * 3
    assert kept.put_in == [0, 1, 2]
