import pytest
from reporters.reports import result

from judge.commands.terminal.progress import BarOnTerminal, Notes, progress
from judge.run.progress import Silent


def test_quiet_says_nothing_and_a_pipe_gets_notes_only(capsys: pytest.CaptureFixture[str]):
    said: list[str] = []
    for quiet in (True, False):
        watcher = progress(quiet=quiet, terminal=False, color=False, say=said.append)
        watcher.note(f"quiet is {quiet}")
        watcher.started(3)
        watcher.finished(result())
        watcher.close()
    assert said == ["quiet is False"]
    assert capsys.readouterr() == ("", "")


def test_which_one_is_chosen():
    kinds = [
        type(progress(quiet=quiet, terminal=terminal, color=False, say=print))
        for quiet, terminal in ((True, True), (True, False), (False, False), (False, True))
    ]
    assert kinds == [Silent, Silent, Notes, BarOnTerminal]


def test_a_terminal_gets_a_bar_for_more_than_one_submission(capsys: pytest.CaptureFixture[str]):
    for total in (1, 2):
        watcher = BarOnTerminal(color=False)
        watcher.note("[bold]note")
        watcher.started(total)
        assert (watcher.bar is not None) == (total > 1)
        for _ in range(total):
            watcher.finished(result())
        if watcher.bar is not None:
            assert [task.completed for task in watcher.bar.tasks] == [2]
        watcher.close()
        assert watcher.bar is None
    assert "[bold]note" in capsys.readouterr().err


def test_a_long_run_says_now_and_then_in_a_log_how_far_it_is():
    said: list[str] = []
    seconds = iter([0.0, 0.0, 4.0, 11.0, 12.0, 22.0, 40.0])
    notes = Notes(said.append, lambda: next(seconds))
    notes.started(5)
    for _ in range(5):
        notes.finished(result())
    assert said == ["judged 2 of 5, 11 s", "judged 4 of 5, 22 s"]
