"""The entropy that a store keeps, so that drawn cases stay the same over a course."""

from sqlalchemy import select

from judge.store.connect import Store
from judge.store.faults import told
from judge.store.tables import settings
from judge.store.write_result import add_if_missing

ENTROPY = "entropy"


def course_entropy(store: Store, asked: int | None) -> int:
    """The entropy of a run.

    Args:
        asked: by name, for this run; the first run's is the store's from then on. None for the store's, 0
            where it has none yet.

    Raises:
        UsageError, StoreFault: the store can't be read or written.
    """
    reading = select(settings.c.value).where(settings.c.name == ENTROPY)
    with told(store.name):
        with store.engine.connect() as connection:
            kept = connection.execute(reading).scalar()
        if kept is None:
            with store.engine.execution_options(writes=True).begin() as connection:
                add_if_missing(connection, settings, {"name": ENTROPY, "value": str(asked or 0)})
                kept = connection.execute(reading).scalar_one()
    return int(kept) if asked is None else asked
