"""Where the time of one submission goes, and what a waiting worker takes; by the judge's own modules.

See speed.py. Each part is measured by itself, one after another: in a run, the judge's start and the zygote's
overlap, and workers that were set up before the submission came cost it nothing.
"""

import sys
import time
from collections import defaultdict
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import psutil
from speed_ground import Ground, judge_environment, trusted_launcher
from speed_measure import kib, taken

from judge.cases import cases_sha256
from judge.evidence import CaseEvidence, Evidence, TraceFact
from judge.flow import trace_spec
from judge.grading import grade
from judge.report import Report
from judge.reporters import REPORTERS
from judge.run.intake import Job, read_submission
from judge.run.prepared_problem import PreparedProblem
from judge.run.submissions import diagnosis
from judge.sandbox.starting.launch import Launcher
from judge.sandbox.starting.pool import PREPARING, Pool, Setup
from judge.sandbox.starting.tiers import default_launcher
from judge.sandbox.talking.case_inputs import case_input
from judge.sandbox.talking.conversation import Conversation
from judge.sandbox.talking.outcome import case_evidence, trace_fact
from judge.sandbox.talking.printed import PrintedOutput
from judge.sandbox.talking.requests import (
    CaseInput,
    Program,
    case_question,
    load_question,
    prepare_question,
    trace_question,
    warm_question,
)

START = "import judge.cli, judge.commands.run, judge.commands.parts.start_early, judge.run.runner"
Parts = dict[str, list[float]]


@dataclass(slots=True)
class Clock:
    """Adds up seconds under names."""

    seconds: dict[str, float] = field(default_factory=lambda: defaultdict(float))

    @contextmanager
    def on(self, name: str) -> Iterator[None]:
        """What is done meanwhile counts for this part."""
        began = time.perf_counter()
        yield
        self.seconds[name] += time.perf_counter() - began


def parts(ground: Ground, kind: str, rounds: int) -> tuple[Parts, Parts]:
    """Part → seconds of each round; with workers that are made on demand, and with warmed ones."""
    fresh, warmed = defaultdict[str, list[float]](list), defaultdict[str, list[float]](list)
    for _ in range(rounds):
        clock = Clock()
        with clock.on("start of Python, the judge's imports"):
            taken([sys.executable, "-c", START], judge_environment(ground.folder), ground.folder)
        with closing(default_launcher("auto")) as launcher:
            with clock.on("start of the zygote"):
                launcher.start()
            with clock.on("trace of the warm-up in the zygote"):
                if ground.warm_up is not None:
                    launcher.warm(ground.warm_up)
            for found, warm in ((fresh, False), (warmed, True)):
                one = Clock(clock.seconds.copy())
                Submission(ground, launcher, one, warm=warm).judge(ground.submission(kind))
                for name, seconds in one.seconds.items():
                    found[name].append(seconds)
    return dict(fresh), dict(warmed)


@dataclass(slots=True)
class Submission:
    """One submission's way, with a clock on each part of it."""

    ground: Ground
    launcher: Launcher
    clock: Clock
    warm: bool

    def judge(self, path: Path) -> None:
        """All of its way."""
        problem, cases, truths = self.ground.problem, self.ground.cases, self.ground.truths
        job = Job(name=path.name, problem=problem, path=path)
        submission, _ = read_submission(job)
        program = Program(
            name=path.name,
            source=submission.source or "",
            entry_point=problem.entry_point,
            parameters=tuple(parameter.name for parameter in problem.parameters),
            cache_dir=self.ground.compiled,
        )
        inputs = [case_input(problem, case, truths[case.name].arrays) for case in cases]
        found, trace = self._run(program, [one for one in inputs if not one.hidden], traced=True)
        found += self._run(program, [one for one in inputs if one.hidden], traced=False)[0]
        evidence, digest = Evidence(cases=tuple(found), trace=trace), cases_sha256(problem, cases)
        bench = PreparedProblem(problem=problem, cases=cases, truths=truths, digest=digest)
        with self.clock.on("compare and diagnose"):
            result = grade(
                submission,
                problem,
                cases,
                truths,
                evidence,
                cases_sha256=digest,
                diagnose=lambda judged: diagnosis(bench, submission, judged, evidence),
            )
        report = Report(
            judge_version="",
            entropy=0,
            environment={},
            results=(result,),
            complete=True,
            exit_code=0,
            seconds=0.0,
        )
        with self.clock.on("report"):
            REPORTERS["csv"]().render(report)

    def _run(
        self, program: Program, cases: list[CaseInput], *, traced: bool
    ) -> tuple[list[CaseEvidence], TraceFact]:
        """One worker: what came of its cases, and of the trace where it is to have one."""
        limits, trace = self.ground.problem.limits, TraceFact(reason="not asked for")
        if not cases:
            return [], trace
        conversation = self._worker()
        with self.clock.on("load"):
            conversation.ask(load_question(program, limits), limits)
        shapes: set[str] = set()
        found = []
        for case in cases:
            shape = str([array.shape for array in case.arrays])
            part = "other cases" if shape in shapes else "first case of each shape"
            shapes.add(shape)
            with self.clock.on(part):
                answer = conversation.ask(case_question(case, limits), limits)
                found.append(case_evidence(case.name, answer, limits))
        if traced:
            with self.clock.on("trace"):
                question = trace_question(cases[0], trace_spec(self.ground.problem))
                trace = trace_fact(conversation.ask(question, limits))
        with self.clock.on("end of the workers"):
            conversation.close()
        return found, trace

    def _worker(self) -> Conversation:
        """A worker that is set up, as the judge's pool does it."""
        limits = self.ground.problem.limits
        with self.clock.on("fork"):
            process = self.launcher.launch(readable=(self.ground.compiled,))
        conversation = Conversation(process, (PrintedOutput(), PrintedOutput()), keep_output=True)
        with self.clock.on("set up and confine"):
            question = prepare_question(self.ground.compiled, process, limits, trusted=False)
            conversation.ask(question, PREPARING)
        if self.warm and self.ground.warm_up is not None:
            with self.clock.on("backend and warm-up (ahead of the submission)"):
                conversation.ask(warm_question(self.ground.warm_up), PREPARING)
        return conversation


def waiting_pss(ground: Ground, count: int) -> dict[str, float]:
    """MiB of PSS that one more waiting worker takes, with its supervisor: set up only, and warmed."""
    return {
        name: _marginal(ground, count, warm=warm) for name, warm in (("set up only", False), ("warmed", True))
    }


def _marginal(ground: Ground, count: int, *, warm: bool) -> float:
    """All but the first, by their number; the zygote, which they share pages with, is counted with both."""
    setup = Setup(limits=ground.problem.limits, cache_dir=ground.compiled, warm_up=ground.warm_up)
    with trusted_launcher() as (launcher, _):
        if ground.warm_up is not None:
            launcher.warm(ground.warm_up)
        with closing(Pool(launcher, spare=count, warm=warm)) as pool:
            waiting: list[Conversation] = []
            try:
                waiting += _taken(pool, setup, 1)
                first = pss()
                waiting += _taken(pool, setup, count - 1)
                return (pss() - first) / max(count - 1, 1)
            finally:
                for conversation in waiting:
                    conversation.close()


def _taken(pool: Pool, setup: Setup, count: int) -> list[Conversation]:
    pool.expect(setup, count)
    return [pool.take(setup) for _ in range(count)]


def pss() -> float:
    """MiB of PSS of everything below this process."""
    children = psutil.Process().children(recursive=True)
    return sum(kib(Path(f"/proc/{child.pid}/smaps_rollup"), "Pss:") for child in children) / 1024
