import gc
from collections.abc import Iterator
from pathlib import Path

import pytest

from judge.worker.serve import Worker
from judge.worker.wire import Record


@pytest.fixture(autouse=True)
def _thawed() -> Iterator[None]:
    yield
    gc.unfreeze()  # a worker's own process would keep what is frozen for life


def warmed(tmp_path: Path, source: str) -> Record:
    header = {"op": "warm", "source": source, "entry_point": "warm_up", "calls": [[]], "nonce": "0"}
    return Worker(str(tmp_path)).answer(Record(header))


def test_a_warm_up_is_answered_and_what_it_made_is_never_looked_at_again(tmp_path: Path) -> None:
    before = gc.get_freeze_count()
    assert warmed(tmp_path, "def warm_up(): pass") == Record({"op": "warmed", "error": None})
    assert gc.get_freeze_count() > before


@pytest.mark.parametrize("what", ["ValueError('no')", "SystemExit(3)", "KeyboardInterrupt('no')"])
def test_a_warm_up_that_raises_is_answered_with_the_reason(tmp_path: Path, what: str) -> None:
    answer = warmed(tmp_path, f"def warm_up():\n    raise {what}\n")
    name, _, rest = what.partition("(")
    assert answer.header == {"op": "warmed", "error": f"{name}: {rest.strip(chr(39) + ')')} (line 2)"}


def test_what_is_asked_before_anything_is_loaded_is_refused(tmp_path: Path) -> None:
    with pytest.raises(RuntimeError, match="before it was loaded"):
        Worker(str(tmp_path)).answer(Record({"op": "case", "arguments": []}))
