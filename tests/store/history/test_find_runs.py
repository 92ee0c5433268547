"""The runs of a store."""

from contextlib import closing

import pytest

from judge.errors import UsageError
from judge.store.connect import open_store
from judge.store.history.find_runs import Counts, all_runs, began, counts, newest_runs, run_numbered
from store.courses import MONDAY, Course, right, wrong


def test_runs_are_told_with_their_heads_and_how_they_ended(store_url: str):
    course = Course(store_url)
    course.run({"ada.py": right(), "bob.py": wrong()}, entropy=2**53 - 1)
    course.run({"ada.py": right(), "bob.py": wrong("c")}, complete=False, exit_code=130)
    course.run({"ada.py": right("d")}, finished=False)
    with closing(open_store(store_url)) as store, store.engine.connect() as connection:
        runs = all_runs(connection)
        assert [one.number for one in runs] == [3, 2, 1]
        assert [one.state for one in runs] == ["going on", "interrupted", "complete"]
        assert [one.exit_code for one in runs] == [None, 130, 1]
        assert (runs[2].head.entropy, runs[2].head.environment["jax"]) == (2**53 - 1, "0.10.2")
        assert counts(connection)[1] == Counts(submissions=2, judged=2)
        assert (counts(connection)[2].judged, counts(connection)[2].taken_over) == (1, 1)
        assert began(connection)[1] == MONDAY
        assert [one.number for one in newest_runs(connection, 2)] == [3, 2]
        assert run_numbered(connection, 2) == runs[1]
        with pytest.raises(UsageError, match="no run 9 in this store; `judge results runs` lists them"):
            run_numbered(connection, 9)
