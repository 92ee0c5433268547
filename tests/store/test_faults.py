"""A store that can't be used says so in one sentence, and what was in it still is."""

import os
import sqlite3
from pathlib import Path

import pytest
from postgres import server
from sqlalchemy import event, select

from judge.errors import JudgeError, UsageError
from judge.store import versions
from judge.store.connect import Store, open_store
from judge.store.course_entropy import course_entropy
from judge.store.faults import StoreFault
from judge.store.run_record import RunRecord
from judge.store.tables import VERSION, results, settings

from .made_up import HEAD, judged, result, wanted

as_root = os.geteuid() == 0


def refusal(given: str | Path, *, must_exist: bool = False) -> JudgeError:
    with pytest.raises((UsageError, StoreFault)) as caught:
        open_store(str(given), must_exist=must_exist)
    assert "\n" not in str(caught.value)
    return caught.value


def kept(given: str | Path) -> int:
    store = open_store(str(given), must_exist=True)
    with store.engine.connect() as connection:
        found = len(connection.execute(select(results.c.id)).all())
    store.close()
    return found


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """A store with one result."""
    path = tmp_path / "results.db"
    store = open_store(str(path))
    judged(store, [result("ada.py")])
    store.close()
    return path


def test_a_file_of_another_kind(tmp_path: Path):
    path = tmp_path / "notes.txt"
    path.write_text("no database " * 1000)
    said = refusal(path)
    assert str(path) in str(said)
    assert "no store: a file of another kind" in str(said)
    assert path.read_text() == "no database " * 1000


def test_another_programs_database(tmp_path: Path):
    path = tmp_path / "bookmarks.db"
    with sqlite3.connect(path) as connection:
        connection.execute("create table bookmarks (id)")
    connection.close()
    before = path.read_bytes()
    assert "no store: it has other tables" in str(refusal(path))
    assert path.read_bytes() == before


def test_a_folder_a_folder_that_is_not_there_and_a_url_of_another_kind(tmp_path: Path):
    assert "results.db" in str(refusal(tmp_path))
    assert f"no folder {tmp_path}/there" in str(refusal(tmp_path / "there/results.db"))
    assert "postgresql://USER@HOST" in str(refusal("mysql://somewhere/there"))


def test_a_store_to_read_that_is_not_there_is_not_made(tmp_path: Path):
    assert "no such store" in str(refusal(tmp_path / "results.db", must_exist=True))
    assert list(tmp_path.iterdir()) == []


def test_a_damaged_file(file: Path):
    data = bytearray(file.read_bytes())
    data[5000:] = b"\xa5" * (len(data) - 5000)
    file.write_bytes(data)
    with pytest.raises((UsageError, StoreFault), match=r"damaged|malformed|corrupt"):
        judged(open_store(str(file)), [result("bob.py", "y = 2")])


@pytest.mark.skipif(as_root, reason="root may write to every file")
def test_a_file_that_may_not_be_written(file: Path):
    file.chmod(0o400)
    file.parent.chmod(0o500)
    try:
        assert kept(file) == 1
        assert "may not be written to" in str(refusal_of_a_run(file))
    finally:
        file.parent.chmod(0o700)


def refusal_of_a_run(file: Path) -> JudgeError:
    store = open_store(str(file))
    with pytest.raises((UsageError, StoreFault)) as caught:
        RunRecord(store, HEAD, [wanted("bob.py", "y = 2")], rejudge=False)
    store.close()
    return caught.value


@pytest.mark.more
def test_a_file_that_another_program_holds(file: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("judge.store.connect.WAIT_SECONDS", 0.2)
    holder = sqlite3.connect(file, isolation_level=None)
    holder.execute("begin immediate")
    try:
        said = refusal_of_a_run(file)
    finally:
        holder.close()
    assert isinstance(said, StoreFault)
    assert "another program holds it" in str(said)
    assert kept(file) == 1


def test_a_full_disk_costs_what_comes_then_and_nothing_that_was_there(file: Path):
    store = open_store(str(file))
    record = RunRecord(store, HEAD, [wanted("bob.py", "y = 2"), wanted("cy.py", "z = 3")], rejudge=False)
    assert record.is_ours(0)
    with store.engine.connect() as connection:
        pages = connection.exec_driver_sql("pragma page_count").scalar_one()
    store.engine.dispose()

    def limited(connection: sqlite3.Connection, _record: object) -> None:
        connection.execute(f"pragma max_page_count = {pages}")

    event.listen(store.engine, "connect", limited)
    record.put(0, result("bob.py", "y = 2", message=os.urandom(200_000).hex()))
    assert record.fault is not None
    assert "the disk is full" in str(record.fault)
    assert record.is_ours(1), "it is judged all the same"
    record.put(1, result("cy.py", "z = 3"))
    assert record.fresh == 2
    record.close()
    store.close()
    assert kept(file) == 1


def test_a_newer_store_is_refused(store: Store, store_url: str):
    with store.engine.execution_options(writes=True).begin() as connection:
        connection.execute(
            settings.update().where(settings.c.name == "version").values(value=str(VERSION + 1))
        )
    assert "made by a newer judge" in str(refusal(store_url))


def test_an_older_store_is_brought_up_to_date(store: Store, store_url: str, monkeypatch: pytest.MonkeyPatch):
    judged(store, [result("ada.py")])
    monkeypatch.setattr(versions, "VERSION", VERSION + 2)
    steps = {
        VERSION: lambda connection: connection.exec_driver_sql("alter table runs add column note varchar"),
        VERSION + 1: lambda connection: connection.exec_driver_sql("update runs set note = 'old'"),
    }
    monkeypatch.setattr(versions, "STEPS", steps)
    assert kept(store_url) == 1
    with store.engine.connect() as connection:
        assert connection.exec_driver_sql("select note from runs").scalar_one() == "old"
        assert (
            connection.execute(select(settings.c.value).where(settings.c.name == "version")).scalar() == "3"
        )


def test_a_step_that_fails_leaves_the_store_as_it_was(
    store: Store, store_url: str, monkeypatch: pytest.MonkeyPatch
):
    judged(store, [result("ada.py")])
    monkeypatch.setattr(versions, "VERSION", VERSION + 1)
    step = {
        VERSION: lambda connection: connection.exec_driver_sql("alter table nothing add column note varchar")
    }
    monkeypatch.setattr(versions, "STEPS", step)
    refusal(store_url)
    monkeypatch.undo()
    assert kept(store_url) == 1


def test_the_first_entropy_is_kept_over_a_course(store: Store):
    assert course_entropy(store, 7) == 7
    assert course_entropy(store, None) == 7
    assert course_entropy(store, 8) == 8, "for this run alone"
    assert course_entropy(store, None) == 7


def test_without_one_it_is_0(store: Store):
    assert course_entropy(store, None) == 0
    assert course_entropy(store, 8) == 8
    assert course_entropy(store, None) == 0


def test_a_server_that_is_not_there(tmp_path: Path):
    said = refusal(f"postgresql://judge:secret@/course?host={tmp_path}")
    assert isinstance(said, StoreFault)
    assert "no server answers there" in str(said)
    assert "secret" not in str(said)
    assert "no server answers there" in str(refusal("postgresql://judge@127.0.0.1:1/course"))


@pytest.mark.more
def test_a_user_and_a_database_that_are_not_there(postgres_url: str):
    assert "doesn't know this user" in str(refusal(postgres_url.replace("judge@", "nobody@")))
    assert "no such database" in str(refusal(postgres_url.replace("/postgres?", "/nothing?")))


@pytest.mark.more
def test_a_server_that_is_lost():
    with server() as url:
        store = open_store(url)
        judged(store, [result("ada.py")])
        record = RunRecord(store, HEAD, [wanted("bob.py", "y = 2"), wanted("cy.py", "z")], rejudge=False)
        assert record.is_ours(0)
    record.put(0, result("bob.py", "y = 2"))
    assert record.fault is not None
    assert "server" in str(record.fault)
    assert record.is_ours(1)
    record.close()
    store.close()
