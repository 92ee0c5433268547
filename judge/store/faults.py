"""What can be wrong with a store, in words for whoever named it."""

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy.exc import DatabaseError, DBAPIError, InterfaceError, SQLAlchemyError

from judge.errors import HarnessError, UsageError

# What SQLite and psycopg say, and what it means; the first that fits.
_USAGE = (
    ("file is not a database", "it is no store: a file of another kind has this name"),
    ("malformed", "the file is damaged; what can still be read of it: sqlite3 {name} .recover"),
    ("readonly", "it may not be written to"),
    ("read-only", "it may not be written to"),
    ("unable to open", "it can't be opened: is the folder there, and may you write to it?"),
    ("no such table", "it is no store: it has other tables"),
    ("password authentication", "the server doesn't let this user in"),
    ("fatal: database", "there is no such database: createdb makes one"),
    ("fatal: role", "the server doesn't know this user"),
    ("permission denied", "the server doesn't allow that to this user"),
)
_MACHINE = (
    ("is full", "the disk is full"),
    ("no space", "the disk is full"),
    ("disk i/o", "the disk gave an error"),
    ("locked", "another program holds it, for longer than {wait:g} s"),
    ("connection refused", "no server answers there"),
    ("no such file", "no server answers there"),
    ("could not translate host", "no such host"),
    ("failed to resolve", "no such host"),
    ("terminat", "the server ended the connection"),
    ("closed", "the server ended the connection"),
    ("server", "the server can't be reached"),
    ("timeout", "the server doesn't answer"),
)
WAIT_SECONDS = 30.0  # for another program's transaction


class StoreFault(HarnessError):
    """The store can't be read or written; what was kept in it before still is."""


@contextmanager
def told(name: str) -> Iterator[None]:
    """Turn what the database says into one sentence.

    Args:
        name: of the store, as it was given.

    Raises:
        UsageError: it is no store, or not for this user. StoreFault: the machine or the server is at fault.
    """
    try:
        yield
    except SQLAlchemyError as error:
        raise in_words(name, error) from error


def in_words(name: str, error: SQLAlchemyError) -> UsageError | StoreFault:
    """The same as an error of ours."""
    original = error.orig if isinstance(error, DBAPIError) else error
    said = " ".join(str(original).split())
    for table, kind in ((_USAGE, UsageError), (_MACHINE, StoreFault)):
        meaning = next((means for found, means in table if found in said.lower()), None)
        if meaning is not None:
            told_so = meaning.format(name=name, wait=WAIT_SECONDS)
            return kind(f"the store {name}: {told_so} ({said[:200]})")
    if isinstance(error, DatabaseError | InterfaceError):
        return StoreFault(f"the store {name}: {said[:300]}")
    return UsageError(f"the store {name}: {said[:300]}")
