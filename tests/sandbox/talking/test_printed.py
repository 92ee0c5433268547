from judge.sandbox.talking.printed import SHOWN_BYTES, PrintedOutput
from judge.worker.whereabouts import SENTENCE


def test_the_beginning_is_kept_and_all_is_counted():
    tape = PrintedOutput()
    tape.add(b"a" * SHOWN_BYTES, keep=True)
    tape.add(b"b" * 10, keep=True)
    tape.add(b"c", keep=False)
    assert (len(tape.kept), tape.total) == (SHOWN_BYTES + 1, SHOWN_BYTES + 11)


def test_where_a_worker_is_counts_as_nothing_that_it_printed():
    tape = PrintedOutput()
    for part in (b"before", (SENTENCE % 7).encode(), b"after"):
        tape.add(part, keep=True)
    assert tape.take_line(0, "/tmp/scratch") == 7
    assert (bytes(tape.kept), tape.total) == (b"beforeafter", len(b"beforeafter"))
    assert tape.take_line(0, "/tmp/scratch") is None
    assert tape.total == len(b"beforeafter")
