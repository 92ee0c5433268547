import subprocess
import sys
import time

import pytest
from sqlalchemy import func, select

from judge.evidence import Capture
from judge.store.connect import Store, open_store
from judge.store.faults import StoreFault
from judge.store.run_record import RunRecord
from judge.store.tables import case_results, claims, entries, findings, results, runs, submissions
from judge.verdict import Verdict

from .made_up import CASES, HEAD, judged, report, result, wanted


def count(store: Store, table) -> int:
    with store.engine.connect() as connection:
        return connection.execute(select(func.count()).select_from(table)).scalar_one()


def begun(store: Store, *wants, rejudge: bool = False) -> RunRecord:
    return RunRecord(store, HEAD, wants, rejudge=rejudge)


def ended(record: RunRecord) -> None:
    record.finish(report([]))
    record.close()


def test_a_result_comes_back_as_it_was(store: Store):
    one = result("ada.py")
    judged(store, [one])
    again = begun(store, wanted("ada.py"))
    assert again.is_there(0)
    back = again.get(0)
    assert repr(back) == repr(one), "repr: what isn't a number equals nothing"
    assert [repr(each) for each in again.all()] == [repr(one)]
    ended(again)


def test_only_what_is_missing_is_ours(store: Store):
    judged(store, [result("ada.py"), result("bob.py", "y = 2")])
    record = begun(store, wanted("ada.py"), wanted("bob.py", "y = 3"), wanted("cy.py", "z = 4"))
    assert [record.is_there(number) for number in range(3)] == [True, False, False]
    assert [record.is_ours(number) for number in range(3)] == [None, True, True]
    ended(record)


def test_another_basis_is_another_result(store: Store):
    judged(store, [result("ada.py")])
    record = begun(store, wanted("ada.py", basis="a case was changed"))
    assert record.is_ours(0)
    ended(record)


def test_a_file_of_the_same_content_has_the_same_result(store: Store):
    judged(store, [result("ada.py")])
    record = begun(store, wanted("copy_of_ada.py"))
    assert record.get(0).submission == "copy_of_ada.py"
    ended(record)
    assert count(store, results) == count(store, submissions) == 1
    assert count(store, entries) == 2


@pytest.mark.parametrize(
    "fields", [{"message": "in ada.py, line 3"}, {"capture": Capture(stdout="I am ada.py")}]
)
def test_unless_the_files_name_stands_in_it(store: Store, fields):
    judged(store, [result("ada.py", **fields)])
    record = begun(store, wanted("ada.py"), wanted("copy_of_it.py"))
    assert [record.is_ours(number) for number in range(2)] == [None, True]
    record.put(1, result("copy_of_it.py", message="in copy_of_it.py"))
    ended(record)
    assert count(store, results) == 2
    assert [one.submission for one in record.all()] == ["ada.py", "copy_of_it.py"]


def test_two_files_of_one_content_are_judged_once_in_a_run(store: Store):
    record = begun(store, wanted("ada.py"), wanted("copy.py"))
    assert [record.is_ours(0), record.is_ours(1)] == [True, False]
    record.put(0, result("ada.py"))
    assert record.is_ours(1) is None
    assert record.fresh == 1
    ended(record)


def test_what_hangs_on_the_machine_is_kept_but_not_given_again(store: Store):
    judged(store, [result("ada.py", verdict=Verdict.TIME_LIMIT, reusable=False)])
    record = begun(store, wanted("ada.py"))
    assert record.is_ours(0)
    record.put(0, result("ada.py"))
    ended(record)
    with store.engine.connect() as connection:
        kept = connection.execute(select(results.c.verdict, results.c.current).order_by(results.c.id)).all()
    assert [tuple(row) for row in kept] == [("time_limit", False), ("wrong_answer", True)]


def test_rejudging_takes_nothing_that_was_there(store: Store):
    judged(store, [result("ada.py")])
    record = begun(store, wanted("ada.py"), wanted("copy.py"), rejudge=True)
    assert not record.is_there(0)
    assert record.is_ours(0)
    record.put(0, result("ada.py", verdict=Verdict.ACCEPTED))
    assert record.is_ours(1) is None, "it was found out since"
    assert record.get(1).verdict is Verdict.ACCEPTED
    ended(record)
    assert count(store, results) == 2


def test_a_file_that_changed_while_it_waited_is_kept_as_what_was_judged(store: Store):
    record = begun(store, wanted("ada.py", "x = 1"))
    assert record.is_ours(0)
    record.put(0, result("ada.py", "x = 2"))
    ended(record)
    assert count(store, claims) == 0
    again = begun(store, wanted("ada.py", "x = 1"), wanted("ada.py", "x = 2"))
    assert [again.is_there(0), again.is_there(1)] == [False, True]
    ended(again)


def test_what_is_put_twice_is_kept_once(store: Store):
    record = begun(store, wanted("ada.py"))
    assert record.is_ours(0)
    record.put(0, result("ada.py"))
    record.put(0, result("ada.py"))
    ended(record)
    assert [count(store, table) for table in (results, entries, findings)] == [1, 1, 1]
    assert count(store, case_results) == len(CASES)


def test_two_judges_share_the_work(store: Store):
    first, second = (begun(store, wanted("ada.py"), wanted("bob.py", "y = 2")) for _ in range(2))
    assert first.is_ours(0)
    assert second.is_ours(0) is False, "the first one is at it"
    assert second.is_ours(1)
    first.put(0, result("ada.py"))
    assert second.is_ours(0) is None
    assert repr(second.get(0)) == repr(result("ada.py"))
    ended(first)
    ended(second)
    assert count(store, results) == 1


def test_what_a_judge_took_on_that_gave_up_is_free(store: Store):
    first = begun(store, wanted("ada.py"))
    assert first.is_ours(0)
    ended(first)
    second = begun(store, wanted("ada.py"))
    assert second.is_ours(0)
    ended(second)


def test_what_a_judge_took_on_that_was_killed_is_free(store: Store, store_url: str):
    taken = (
        "import os, sys; from store.made_up import *; from judge.store.connect import open_store\n"
        "record = RunRecord(open_store(sys.argv[1]), HEAD, [wanted('ada.py')], rejudge=False)\n"
        "assert record.is_ours(0)\nos.kill(os.getpid(), 9)"
    )
    code = f"import sys; sys.path.insert(0, 'tests')\n{taken}"
    done = subprocess.run(
        [sys.executable, "-c", code, store_url], check=False, capture_output=True, text=True
    )
    assert done.returncode == -9, done.stderr
    assert count(store, claims) == 1
    record = begun(store, wanted("ada.py"))
    assert record.is_ours(0)
    ended(record)


@pytest.mark.parametrize(("silent_for", "free"), [(10, False), (600, True)])
def test_on_another_machine_a_heartbeat_tells(store: Store, silent_for: float, *, free: bool):
    first = begun(store, wanted("ada.py"))
    assert first.is_ours(0)
    with store.engine.execution_options(writes=True).begin() as connection:
        connection.execute(runs.update().values(place="elsewhere", heartbeat=time.time() - silent_for))
    second = begun(store, wanted("ada.py"))
    assert second.is_ours(0) is free
    ended(second)
    ended(first)


def test_a_run_says_how_it_ended(store: Store):
    ended(begun(store, wanted("ada.py")))
    with store.engine.connect() as connection:
        row = connection.execute(select(runs)).one()
    assert (row.complete, row.exit_code, row.entropy, row.judge_version) == (True, 1, "0", "0.1.0")
    assert row.finished >= row.started


def test_a_result_that_is_damaged_is_found_out_anew(store: Store):
    judged(store, [result("ada.py")])
    with store.engine.execution_options(writes=True).begin() as connection:
        connection.execute(results.update().values(record=b"\xa5" * 9))
    record = begun(store, wanted("ada.py"))
    assert record.is_ours(0) is None
    with pytest.raises(StoreFault, match=r"no result.*--rejudge"):
        list(record.all())
    assert record.get(0) is None
    record.put(0, result("ada.py"))
    ended(record)
    assert record.fault is None
    assert [repr(one) for one in record.all()] == [repr(result("ada.py"))]
    again = begun(store, wanted("ada.py"))
    assert repr(again.get(0)) == repr(result("ada.py"))
    ended(again)


def test_a_name_that_no_text_can_hold_is_written_out(store: Store):
    strange = result("ada.py", message="half a pair: \ud800", capture=Capture(stdout="\udc80\0"))
    judged(store, [strange])
    record = begun(store, wanted("ada.py"))
    assert record.get(0).message == "half a pair: \\ud800"
    ended(record)


def test_a_store_is_still_there_when_it_is_opened_again(store_url: str):
    store = open_store(store_url)
    judged(store, [result("ada.py")])
    store.close()
    store = open_store(store_url, must_exist=True)
    assert count(store, results) == 1
    store.close()
