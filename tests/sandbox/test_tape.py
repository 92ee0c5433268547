import math
import time

from judge.sandbox.stack import BEGIN
from judge.sandbox.tape import SHOWN_BYTES, SPARED_BYTES, Tape

DUMP = BEGIN + b"00:09)!\n" + b"Thread 0x0\n" * 10_000


def total(*parts: bytes, after: float = 0.0) -> int:
    tape = Tape()
    tape.spare(after=after)
    for part in parts:
        tape.add(part, keep=True)
    return tape.total


def test_the_beginning_is_kept_and_all_is_counted():
    tape = Tape()
    tape.add(b"a" * SHOWN_BYTES, keep=True)
    tape.add(b"b" * 10, keep=True)
    tape.add(b"c", keep=False)
    assert (len(tape.kept), tape.total) == (SHOWN_BYTES + 1, SHOWN_BYTES + 11)


def test_where_a_worker_is_counts_as_nothing_that_it_printed():
    assert total(b"before" + DUMP[:100], DUMP[100:]) == len(b"before")


def test_it_counts_before_it_is_due_and_where_it_never_is():
    assert total(DUMP, after=time.monotonic() + 60) == total(DUMP, after=math.inf) == len(DUMP)


def test_whoever_pretends_to_be_there_prints_a_megabyte_more_and_no_more():
    assert total(DUMP, b"x" * (2 * SPARED_BYTES)) == len(DUMP) + SPARED_BYTES
