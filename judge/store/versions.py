"""Stores of other versions: an older one is brought up to date, a newer one is refused."""

from collections.abc import Callable, Mapping
from contextlib import closing

from sqlalchemy import Connection, Engine, inspect, select, text, update
from sqlalchemy.exc import DatabaseError

from judge.errors import UsageError
from judge.store.tables import VERSION, metadata, settings

Step = Callable[[Connection], None]
STEPS: Mapping[int, Step] = {}  # version → what makes a store of that version one of the next
_LOCK = 0x6A756467  # any number: one program at a time makes or changes tables


def bring_up_to_date(engine: Engine, name: str, *, may_make: bool) -> None:
    """Make the tables, or take the steps that are missing, all in one transaction.

    Args:
        may_make: an empty database becomes a store.

    Raises:
        UsageError: it is of a newer judge, or no store.
    """
    with engine.connect() as connection:
        found = _version(connection, name)
    if found == VERSION:
        return
    if engine.dialect.name == "sqlite" and may_make:
        with closing(engine.raw_connection()) as raw:  # not in a transaction, which SQLAlchemy would begin
            raw.cursor().execute("pragma journal_mode = wal").close()
    with engine.execution_options(writes=True).begin() as connection:
        if engine.dialect.name == "postgresql":
            connection.execute(text("select pg_advisory_xact_lock(:lock)"), {"lock": _LOCK})
        found = _version(connection, name)  # of another program that was quicker
        if found is None:
            if not may_make:
                raise UsageError(f"the store {name} is empty; `judge run --store {name}` fills one")
            metadata.create_all(connection)
            connection.execute(settings.insert().values(name="version", value=str(VERSION)))
            return
        for version in range(found, VERSION):
            STEPS[version](connection)
        connection.execute(update(settings).where(settings.c.name == "version").values(value=str(VERSION)))


def _version(connection: Connection, name: str) -> int | None:
    """The store's version; None of an empty database.

    Raises:
        UsageError: it is of a newer judge, or no store.
    """
    tables = inspect(connection).get_table_names()
    if not tables:
        return None
    if "settings" not in tables or "entries" not in tables:
        raise UsageError(f"the store {name}: it is no store: it has other tables")
    try:
        found = connection.execute(select(settings.c.value).where(settings.c.name == "version")).scalar()
    except DatabaseError as error:
        raise UsageError(f"the store {name}: it is no store: it has other tables") from error
    if found is None or not found.isdecimal():
        raise UsageError(f"the store {name}: it doesn't say of which version it is")
    if int(found) > VERSION:
        raise UsageError(
            f"the store {name} was made by a newer judge (version {found} of its tables, this judge knows "
            f"{VERSION}): update the judge, or name another store"
        )
    return int(found)
