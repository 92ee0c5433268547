"""`--store`: a path or a URL → a database with our tables in it."""

import os
import sqlite3
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from sqlalchemy import URL, Engine, create_engine, event, make_url
from sqlalchemy.exc import ArgumentError
from sqlalchemy.pool import NullPool

from judge.errors import MissingExtra, UsageError
from judge.paths import install_advice
from judge.store.addresses import on_server, shown
from judge.store.faults import WAIT_SECONDS, told
from judge.store.versions import bring_up_to_date

CONNECT_SECONDS = 10  # that a server has to answer


class Store:
    """An open store.

    Attributes:
        name: as it is told in messages: the path, or the URL without its password.
    """

    def __init__(self, engine: Engine, name: str) -> None:
        self.engine = engine
        self.name = name

    def close(self) -> None:
        """Let go of all connections."""
        self.engine.dispose()


def open_store(given: str, *, must_exist: bool = False) -> Store:
    """Open a store, make it where there is none, and bring an older one up to date.

    Args:
        given: the path of a SQLite file, or `postgresql://…`.
        must_exist: whoever asks only wants to read.

    Raises:
        UsageError: it is no store, a newer one, not to be had by this user, or not there.
        StoreFault: the machine or the server is at fault.
        MissingExtra: the driver isn't installed.
    """
    server, name = on_server(given), shown(given)
    if server is None and "://" in given:
        raise UsageError(f"--store {name}: write the path of a file, or postgresql://USER@HOST/DATABASE")
    engine = _server(server, name) if server is not None else _file(given, must_exist=must_exist)
    store = Store(engine, name)
    try:
        with told(name):
            bring_up_to_date(engine, name, may_make=not must_exist)
    except BaseException:
        store.close()
        raise
    return store


def _server(rest: str, name: str) -> Engine:
    if find_spec("psycopg") is None:
        raise MissingExtra(f"--store {name} needs psycopg. Install it with: {install_advice('postgres')}")
    try:
        url = make_url(f"postgresql+psycopg://{rest}")
        return create_engine(
            url,
            pool_pre_ping=True,
            connect_args={"connect_timeout": CONNECT_SECONDS, "application_name": "judge"},
        )
    except ArgumentError as error:
        raise UsageError(f"--store {name}: this is no URL of a database") from error


def _file(given: str, *, must_exist: bool) -> Engine:
    path = Path(given)
    if not given or path.is_dir():
        raise UsageError(
            f"--store {given}: this is a folder; name a file in it, such as {path / 'results.db'}"
        )
    if must_exist and not path.exists():
        raise UsageError(f"--store {given}: there is no such store; `judge run --store {given}` makes one")
    if not path.parent.is_dir():
        raise UsageError(f"--store {given}: there is no folder {path.parent}")
    _make(path)
    frozen = path.exists() and not (os.access(path, os.W_OK) and os.access(path.parent, os.W_OK))
    # A file in WAL mode that nobody may write beside can be read only as one that nobody else writes.
    query = {"uri": "true", "mode": "ro", "immutable": "1"} if frozen and must_exist else {}
    database = path.resolve().as_uri() if query else os.fspath(path)
    engine = create_engine(
        URL.create("sqlite", database=database, query=query),
        connect_args={"timeout": WAIT_SECONDS},
        poolclass=NullPool if query else None,
    )
    event.listen(engine, "connect", _opened)
    event.listen(engine, "begin", _begun)
    return engine


def _make(path: Path) -> None:
    """An empty file that nobody else can read, since results are personal data; one that is there stays.

    Raises:
        UsageError: it can't be made.
    """
    try:
        os.close(os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))
    except FileExistsError:
        return
    except OSError as error:
        raise UsageError(f"the store {path} can't be made: {error.strerror or error}") from error


def _opened(connection: sqlite3.Connection, _record: object) -> None:
    """Leave transactions to us: sqlite3 would begin them late, without the lock that they need.

    Source: "Serializable isolation / Savepoints / Transactional DDL" in SQLAlchemy's pages on SQLite.
    """
    connection.isolation_level = None
    for pragma in ("foreign_keys = on", "synchronous = full"):
        connection.execute(f"pragma {pragma}")


def _begun(connection: Any) -> None:  # noqa: ANN401 - SQLAlchemy's connection
    """Whoever is going to write takes the lock at once, and waits for it; readers take none."""
    writes = connection.get_execution_options().get("writes", False)
    connection.exec_driver_sql("begin immediate" if writes else "begin")
