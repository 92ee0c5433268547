import os
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import psutil
import pytest
from reporters.reports import case, finding, hidden_case, report, result

from commands.exercises import RIGHT, WRONG
from judge.commands.parts.learner_record import recorded
from judge.commands.run import Asked
from judge.commands.watch import Screen, Seen, changes, saves_below, watching
from judge.errors import UsageError
from judge.report import FlowFact
from judge.reporters.base import View
from judge.verdict import Verdict


def test_what_changed_is_told_case_by_case_and_finding_by_finding():
    before = result(
        verdict=Verdict.WRONG_ANSWER,
        cases=(
            case("one", Verdict.WRONG_ANSWER),
            case("two"),
            replace(hidden_case("unseen"), verdict=Verdict.PITFALL),
        ),
        findings=(finding(pitfall="uncast-inputs", line=4), finding(pitfall="stale-loss", line=9)),
    )
    after = replace(
        before,
        verdict=Verdict.PITFALL,
        cases=(
            case("one"),
            case("two"),
            replace(hidden_case("unseen"), verdict=Verdict.ACCEPTED),
            case("new"),
        ),
        findings=(finding(pitfall="stale-loss", line=10), finding(pitfall="lr-ignored", line=None)),
    )
    assert changes(before, after, before) == [
        "since the last save:",
        "  verdict: wrong_answer -> pitfall",
        "  one: wrong_answer -> accepted",
        "  unseen: pitfall -> accepted",
        "  gone: uncast-inputs (line 4)",
        "  new: lr-ignored",
    ]


def test_that_nothing_changed_is_said():
    same = result(cases=(case("one"),))
    assert changes(same, same) == ["since the last save:", "  nothing changed"]


def test_findings_are_compared_with_the_last_run_that_read_the_program():
    found = result(verdict=Verdict.PITFALL, findings=(finding(pitfall="uncast-inputs", line=4),))
    stopped = result(verdict=Verdict.INVALID, cases=(), flow=FlowFact(available=False))
    paper = Paper()
    seen = Seen(paper.screen)
    for one in (found, stopped, found, stopped, result()):
        seen.show(report(one))
    told = [text.partition("since the last save:\n")[2] for text in paper.shown]
    assert told == [
        "",
        "  verdict: pitfall -> invalid\n",
        "  verdict: invalid -> pitfall\n",
        "  verdict: pitfall -> invalid\n",
        "  verdict: invalid -> accepted\n  gone: uncast-inputs (line 4)\n",
    ]


class Paper:
    """A screen that is kept."""

    def __init__(self, *, clear: bool = False) -> None:
        self.shown: list[str] = []
        self.said: list[str] = []
        self.screen = Screen(view=View(), write=self.shown.append, say=self.said.append, clear=clear)


def test_a_file_is_judged_at_once_and_after_each_save(root: Path):
    file = root / "ada.py"
    file.write_text(WRONG)

    def saves() -> Iterator[set[Path]]:
        file.write_text(RIGHT)
        yield {file.resolve()}
        yield {file.resolve().with_name("other.py")}

    paper = Paper(clear=True)
    assert not recorded("demo").accepted
    watching(Asked(paths=(str(file),), isolation="none"), root, paper.screen, saves())
    assert recorded("demo").accepted
    assert "accepted: `judge solution demo` shows the reference and its reasons" in paper.said
    first, second = paper.shown
    assert "1 submission: 1 wrong_answer" in first
    assert "since the last save" not in first
    assert second.startswith("\x1b[H\x1b[2J")
    assert "1 submission: 1 accepted" in second
    assert "  verdict: wrong_answer -> accepted\n" in second
    assert f"watching {file}; Ctrl-C ends it" in paper.said


@pytest.mark.more
def test_in_a_folder_only_what_was_saved_is_judged_again_new_files_too(root: Path):
    folder = root / "submissions"
    folder.mkdir()
    (folder / "ada.py").write_text(RIGHT)

    def saves() -> Iterator[set[Path]]:
        (folder / "bob.py").write_text(WRONG)
        yield {(folder / "bob.py").resolve()}
        for file in folder.iterdir():
            file.unlink()
        yield {(folder / "bob.py").resolve()}

    paper = Paper()
    watching(Asked(paths=(str(folder),), isolation="none"), root, paper.screen, saves())
    first, second = paper.shown
    assert "submissions/ada.py: accepted" in first
    assert "submissions/bob.py: wrong_answer" in second
    assert "ada.py" not in second
    assert any("no submission" in said for said in paper.said)


def test_a_path_that_is_not_there_is_wrong_usage(root: Path):
    with pytest.raises(UsageError, match=r"nowhere\.py"):
        watching(Asked(paths=("nowhere.py",), isolation="none"), root, Paper().screen, iter(()))


def test_a_save_is_told_also_where_the_editor_replaces_the_file(tmp_path: Path):
    file = tmp_path / "ada.py"
    file.write_text("one")

    def save() -> None:
        time.sleep(0.5)
        (tmp_path / "other.py").write_text("not watched")
        time.sleep(0.5)
        scratch = tmp_path / ".ada.py.swp"
        scratch.write_text("two")
        scratch.replace(file)

    saver = threading.Thread(target=save)
    saver.start()
    assert next(saves_below(file)) == {file.resolve()}
    saver.join()


@pytest.mark.more
def test_ctrl_c_ends_it_with_130_and_leaves_no_process(root: Path):
    (root / "ada.py").write_text(RIGHT)
    command = [sys.executable, "-m", "judge", "watch", "ada.py", "--isolation", "none"]
    with subprocess.Popen(
        command, cwd=root, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, start_new_session=True
    ) as running:
        assert running.stderr is not None
        assert any("watching ada.py" in line for line in running.stderr)
        os.kill(running.pid, 2)
        assert running.wait(30) == 130
    others = [process for process in psutil.process_iter() if process.pid != os.getpid()]
    left = [command for process in others if str(root) in " ".join(command := command_of(process))]
    assert left == []


def command_of(process: psutil.Process) -> list[str]:
    try:
        return [*process.cmdline(), process.cwd()]
    except psutil.Error:
        return []
