"""What is deleted from a store, and what stays."""

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from reporters.reports import finding
from sqlalchemy import func, select, update

from judge.store.connect import open_store
from judge.store.faults import StoreFault
from judge.store.owners import now, this_process
from judge.store.prune import Doomed, Pruned, overwrite, prune
from judge.store.read_results import EntryResults
from judge.store.tables import case_results, entries, findings, metadata, problems, results, runs, submissions
from store.courses import DAY, MONDAY, Course, right, wrong


def pruned(url: str, *, trial: bool = False, **doomed: object) -> Pruned:
    with closing(open_store(url, must_exist=True)) as store:
        return prune(store, Doomed(**doomed), trial=trial)


def left(url: str) -> dict[str, int]:
    """How many rows each table has, of those that have any."""
    with closing(open_store(url, must_exist=True)) as store, store.engine.connect() as connection:
        counts = {
            table.name: connection.execute(select(func.count()).select_from(table)).scalar_one()
            for table in metadata.sorted_tables
        }
    return {name: count for name, count in counts.items() if count}


def of(*names: str):
    return lambda _problem, submission: submission in names


@pytest.fixture
def course(store_url: str) -> Course:
    """Three runs: Ada hands in anew each time, Bob once, Cyd a copy of Ada's first."""
    made = Course(store_url)
    made.run({"ada.py": wrong("1"), "bob.py": right("9"), "cyd.py": wrong("1")})
    made.run({"ada.py": wrong("2"), "bob.py": right("9"), "cyd.py": wrong("1")})
    made.run({"ada.py": right("3"), "bob.py": right("9"), "cyd.py": wrong("1")})
    return made


def test_old_runs_go_and_what_later_ones_would_take_over_stays(course: Course):
    assert pruned(course.url, keep_runs=1) == Pruned(runs=2, entries=6, results=0, sources=0)
    assert left(course.url)["entries"] == 3
    assert left(course.url)["runs"] == 1
    assert course.run({"ada.py": wrong("2")}) == 4
    assert left(course.url)["results"] == 4  # nothing was judged


def test_superseded_results_of_runs_that_went_go_with_them(course: Course):
    course.run({"bob.py": right("9")}, rejudge=True)
    told = pruned(course.url, keep_runs=1)
    assert told == Pruned(runs=3, entries=9, results=1, sources=0)
    assert pruned(course.url, keep_runs=1).is_nothing


def test_a_superseded_result_that_a_run_speaks_of_stays(course: Course):
    course.run({"bob.py": right("9")}, rejudge=True)
    assert pruned(course.url, keep_runs=2).results == 0


def test_runs_before_a_time_go_but_for_those_that_are_to_be_kept(course: Course):
    assert pruned(course.url, before=MONDAY + DAY, trial=True).runs == 1
    assert pruned(course.url, before=MONDAY + 9 * DAY, keep_runs=2).runs == 1
    assert pruned(course.url, before=MONDAY).is_nothing


def test_of_one_learner_nothing_is_left_but_what_is_somebody_elses_too(course: Course):
    told = pruned(course.url, is_meant=of("ada.py"))
    assert told == Pruned(runs=0, entries=3, results=2, sources=2)
    with closing(open_store(course.url)) as store, store.engine.connect() as connection:
        assert set(connection.scalars(select(submissions.c.sha256))) == {"1" * 64, "9" * 64}
        assert set(connection.scalars(select(entries.c.submission))) == {"bob.py", "cyd.py"}
    pruned(course.url, is_meant=of("cyd.py"))
    assert left(course.url)["submissions"] == 1
    with closing(open_store(course.url)) as store, store.engine.connect() as connection:
        assert connection.execute(select(func.count()).select_from(findings)).scalar_one() == 0
        assert connection.execute(select(func.count()).select_from(case_results)).scalar_one() == 1
        assert [one.verdict for one in EntryResults(store, [("bob.py", 2)])] == ["accepted"]


def test_a_learners_old_attempts_go_too_when_their_runs_went_before(course: Course):
    pruned(course.url, keep_runs=1)
    assert pruned(course.url, is_meant=of("ada.py")).sources == 2
    assert left(course.url)["submissions"] == 2


def test_a_learners_entries_of_old_runs_alone(course: Course):
    assert pruned(course.url, is_meant=of("ada.py"), before=MONDAY + 2 * DAY).entries == 2
    assert left(course.url)["entries"] == 7


def test_when_all_is_deleted_no_problem_is_left_either(course: Course):
    pruned(course.url, is_meant=lambda *_: True)
    assert set(left(course.url)) == {"settings", "runs"}
    assert problems.name not in left(course.url)


def test_a_trial_says_the_same_and_deletes_nothing(course: Course):
    before = left(course.url)
    told = pruned(course.url, is_meant=of("ada.py"), trial=True)
    assert left(course.url) == before
    assert pruned(course.url, is_meant=of("ada.py")) == told


def test_a_run_that_is_still_going_on_stays(course: Course):
    number = course.run({"ada.py": right("4")}, finished=False)  # this process is there
    assert pruned(course.url, keep_runs=0).going_on == (number,)
    assert left(course.url)["runs"] == 1
    told = pruned(course.url, is_meant=of("ada.py"))
    assert (told.entries, told.going_on) == (0, (number,))


def test_a_run_whose_process_is_gone_goes(course: Course):
    number = course.run({"ada.py": right("4")}, finished=False)
    with closing(open_store(course.url)) as store:
        gone = {"pid_started": this_process().pid_started - 99, "heartbeat": now()}
        with store.engine.execution_options(writes=True).begin() as connection:
            connection.execute(update(runs).where(runs.c.id == number).values(gone))
    assert pruned(course.url, keep_runs=0).going_on == ()
    assert "runs" not in left(course.url)


def test_a_file_shrinks_and_keeps_nothing_of_what_was_deleted(tmp_path: Path):
    course = Course(str(tmp_path / "store.db"))
    told = finding(message="SECRET " * 20_000)
    course.run({"ada.py": wrong("1", findings=(told,)), "bob.py": right("9")})
    files = [path for path in tmp_path.iterdir() if path.name.startswith("store.db")]
    size = sum(path.stat().st_size for path in files)
    pruned(course.url, is_meant=of("ada.py"))
    with closing(open_store(course.url)) as store:
        assert overwrite(store)
    kept = b"".join(path.read_bytes() for path in tmp_path.iterdir())
    assert b"SECRET" not in kept
    assert b"ada.py" not in kept
    assert len(kept) < size / 2
    with closing(sqlite3.connect(course.url)) as connection:
        assert connection.execute("pragma integrity_check").fetchone() == ("ok",)


def test_results_that_were_removed_while_they_are_read_are_told(course: Course):
    with closing(open_store(course.url)) as store:
        read = EntryResults(store, [("ada.py", 77)])
        with pytest.raises(StoreFault, match="results were removed while they were read"):
            list(read)
    assert results.name in left(course.url)
