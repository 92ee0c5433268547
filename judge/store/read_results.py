"""Results out of the tables."""

from collections.abc import Iterator, Sequence

from sqlalchemy import Connection, Row, select

from judge.report import SubmissionResult
from judge.store.connect import Store
from judge.store.faults import StoreFault, told
from judge.store.records import Packed, unpacked
from judge.store.tables import results, submissions

AT_ONCE = 200  # results in memory
FEW = 2000  # so few small ones are read once, and stay there
_ANEW = "; `judge run --rejudge` finds it out anew"
_GONE = "results were removed while they were read; say it once more"


class EntryResults:
    """Results by id, each under a submission's name, read from the store as often as they are gone through.

    Args:
        entries: name and id, in the order of the report. with_flow: what was read of each program, too.
    """

    def __init__(self, store: Store, entries: Sequence[tuple[str, int]], *, with_flow: bool = True) -> None:
        self.store = store
        self.entries = entries
        self.with_flow = with_flow
        self._few = len(entries) <= FEW and not with_flow
        self._kept: list[SubmissionResult] = []

    def __len__(self) -> int:
        """How many there are."""
        return len(self.entries)

    def __iter__(self) -> Iterator[SubmissionResult]:
        """From the first one, each time.

        Raises:
            UsageError, StoreFault: the store can't be read.
        """
        if not self._few:
            yield from self._read()
            return
        if len(self._kept) < len(self.entries):
            self._kept = list(self._read())
        yield from self._kept

    def _read(self) -> Iterator[SubmissionResult]:
        for at in range(0, len(self.entries), AT_ONCE):
            chunk = self.entries[at : at + AT_ONCE]
            with told(self.store.name), self.store.engine.connect() as connection:
                found = packed_results(connection, [number for _, number in chunk], with_flow=self.with_flow)
            for name, number in chunk:
                try:
                    yield unpacked(found[number], name, with_flow=self.with_flow)
                except KeyError as error:
                    raise StoreFault(f"the store {self.store.name}: {_GONE}") from error
                except ValueError as error:
                    raise StoreFault(
                        f"the store {self.store.name}: result {number}: {error}{_ANEW}"
                    ) from error


def packed_results(
    connection: Connection, numbers: Sequence[int], *, with_flow: bool = True
) -> dict[int, Packed]:
    """Results by their ids; those that aren't there are left out.

    Args:
        with_flow: what was read of each program, too; it is most of a result.
    """
    columns = [results.c.id, results.c.record, submissions.c.source, *([results.c.flow] if with_flow else [])]
    asked = (
        select(*columns)
        .join(submissions, submissions.c.sha256 == results.c.sha256)
        .where(results.c.id.in_(numbers))
    )
    return {row.id: _packed(row, with_flow=with_flow) for row in connection.execute(asked)}


def _packed(row: Row[tuple[object, ...]], *, with_flow: bool) -> Packed:
    return Packed(record=row.record, flow=row.flow if with_flow else b"", source=row.source)
