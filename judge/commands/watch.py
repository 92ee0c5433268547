"""`judge watch`: judge a file again on every save, on workers that wait for it."""

from collections.abc import Callable, Iterable, Iterator
from contextlib import closing
from dataclasses import dataclass, replace
from importlib.util import find_spec
from io import BytesIO
from pathlib import Path

from judge.commands.inputs.find_submissions import SUFFIXES
from judge.commands.parts.learner_record import note_accepted
from judge.commands.parts.start_early import begun, closed_on_failure
from judge.commands.run import Asked, plan
from judge.commands.terminal.progress import Notes
from judge.errors import JudgeError, MissingExtra
from judge.finding import Finding
from judge.paths import install_advice
from judge.report import Report, SubmissionResult
from judge.reporters.base import View, disclosed
from judge.reporters.console import ConsoleReporter
from judge.reporters.parts.ci_commands import guarded
from judge.reporters.parts.escape import escape
from judge.run.intake import Job, RunRequest
from judge.run.runner import Interrupted, Judge
from judge.sandbox.starting.tiers import default_launcher

CLEAR = "\x1b[H\x1b[2J\x1b[3J"
STEP, DEBOUNCE = 10, 200  # ms: a save is over when nothing changed for one step, at the latest after all
Saves = Iterator[set[Path]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Screen:
    """Where it is shown: `write` takes text for stdout, `say` remarks; `clear` begins each report anew."""

    view: View
    write: Callable[[str], None]
    say: Callable[[str], None]
    clear: bool = False


def watching(asked: Asked, root: Path | None, screen: Screen, saves: Saves | None = None) -> None:
    """Judge, and judge again what is saved, until Ctrl-C.

    Args:
        saves: sets of files that were saved; None for those that the system tells of.

    Raises:
        JudgeError: what was asked can't be done.
        KeyboardInterrupt: Ctrl-C.
    """
    path = Path(asked.paths[0])
    launcher = begun(asked.isolation)
    with closed_on_failure(launcher):
        told = saves if saves is not None else saves_below(path)
        first = plan(asked, root, BytesIO(), screen.say).request
    asked = replace(asked, entropy=first.entropy)
    judge = Judge(first, Notes(screen.say), launcher or default_launcher(asked.isolation), idle=True)
    with closing(judge):
        seen = Seen(screen)
        seen.show(_judged(judge, first))
        request = first
        judge.prepare(_one(request.jobs))
        screen.say(f"watching {path}; Ctrl-C ends it")
        for changed in told:
            request = _again(request, asked, root, screen)
            jobs = tuple(
                job for job in request.jobs if job.path is not None and job.path.resolve() in changed
            )
            if jobs:
                seen.show(_judged(judge, replace(request, jobs=jobs), prepared=True))
                judge.prepare(_one(jobs))


def saves_below(path: Path) -> Saves:
    """Sets of files that were saved, by their real paths; editors that write a new file in place included.

    Raises:
        MissingExtra: what tells of them isn't installed.
    """
    if find_spec("watchfiles") is None:
        raise MissingExtra(f"`judge watch` needs watchfiles. Install it with: {install_advice('watch')}")
    return _saves(path.resolve())


def _saves(path: Path) -> Saves:
    from watchfiles import watch  # noqa: PLC0415 -- an extra

    folder = path if path.is_dir() else path.parent
    wanted = None if path.is_dir() else (lambda _, changed: Path(changed).resolve() == path)
    for changes in watch(
        folder,
        watch_filter=wanted or (lambda _, changed: changed.endswith(SUFFIXES)),
        step=STEP,
        debounce=DEBOUNCE,
        recursive=path.is_dir(),
        ignore_permission_denied=True,
    ):
        yield {Path(changed).resolve() for _, changed in changes}


def _one(jobs: Iterable[Job]) -> tuple[Job, ...]:
    """The next save is most likely of one file."""
    return tuple(jobs)[:1]


def _again(request: RunRequest, asked: Asked, root: Path | None, screen: Screen) -> RunRequest:
    """The request with the files that are there now, read anew only where that makes a difference."""
    if Path(asked.paths[0]).is_file():
        return request
    try:
        return plan(asked, root, BytesIO(), screen.say).request
    except JudgeError as error:  # a file between two states, or a folder that is empty for now
        screen.say(str(error))
        return replace(request, jobs=())


def _judged(judge: Judge, request: RunRequest, *, prepared: bool = False) -> Report:
    try:
        return judge.run(request, prepared=prepared)
    except Interrupted:
        raise KeyboardInterrupt from None


class Seen:
    """Shows reports, and remembers of each submission the last result and the last whose program was read."""

    def __init__(self, screen: Screen) -> None:
        self.screen = screen
        self.last: dict[str, SubmissionResult] = {}
        self.read: dict[str, SubmissionResult] = {}

    def show(self, report: Report) -> None:
        """The report, and what is other than the last time."""
        parts = [CLEAR] if self.screen.clear else []
        parts += ConsoleReporter(self.screen.view).parts(report)
        for result in report.results:
            before = self.last.get(result.submission)
            if before is not None:
                parts += [f"{line}\n" for line in changes(before, result, self.read.get(result.submission))]
            self.last[result.submission] = result
            if result.flow.available:
                self.read[result.submission] = result
        self.screen.write("".join(parts))
        for news in note_accepted(report.results):
            self.screen.say(news)


def changes(
    before: SubmissionResult, after: SubmissionResult, read: SubmissionResult | None = None
) -> list[str]:
    """What is other than the last time, a line each; one line where nothing is.

    Args:
        read: the last result whose program was read, which alone says what findings are gone or new.
    """
    lines = []
    if before.verdict is not after.verdict:
        lines.append(f"verdict: {before.verdict.value} -> {after.verdict.value}")
    old = {case.name: disclosed(case).verdict for case in before.cases}
    for case in after.cases:
        was = old.get(case.name)
        if was is not None and was is not case.verdict:
            lines.append(f"{case.name}: {was.value} -> {case.verdict.value}")
    if read is not None and after.flow.available:  # a program that stopped has no findings to be gone
        gone, new = _without(read.findings, after.findings), _without(after.findings, read.findings)
        lines += [f"gone: {_named(finding)}" for finding in gone]
        lines += [f"new: {_named(finding)}" for finding in new]
    return ["since the last save:", *(guarded(f"  {escape(line)}") for line in lines or ["nothing changed"])]


def _without(findings: Iterable[Finding], others: Iterable[Finding]) -> list[Finding]:
    """Those findings whose pitfall the others don't name; lines move with every edit."""
    known = {finding.pitfall for finding in others}
    return [finding for finding in findings if finding.pitfall not in known]


def _named(finding: Finding) -> str:
    return finding.pitfall if finding.line is None else f"{finding.pitfall} (line {finding.line})"
