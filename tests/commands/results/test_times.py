"""Times as they are given and shown."""

import time
from datetime import UTC, datetime

import pytest

from judge.commands.results.times import iso, seconds, short

NOW = datetime(2026, 11, 29, 12, tzinfo=UTC)


@pytest.fixture(autouse=True)
def _berlin(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("TZ", "Europe/Berlin")
    time.tzset()
    yield
    monkeypatch.undo()
    time.tzset()


def test_a_time_without_a_zone_is_of_this_machine():
    assert seconds("2026-10-01T12:00") == seconds("2026-10-01T10:00Z") == 1_790_848_800.0
    assert seconds("2026-10-01") == seconds("2026-09-30T22:00Z")
    assert seconds("2026-10-01", end_of_day=True) == pytest.approx(seconds("2026-10-02"), abs=0.001)


def test_times_of_this_year_are_shown_to_the_minute_and_others_as_dates():
    at = seconds("2026-10-01T12:00")
    assert short(at, NOW) == "10-01 12:00"
    assert short(at, NOW.replace(year=2027)) == "2026-10-01"
    assert (iso(at), iso(None)) == ("2026-10-01T10:00:00+00:00", "")


@pytest.mark.parametrize("text", ["", "soon", "2026-13-01", "12:00", "0001-01-01"])
def test_what_is_no_time_is_refused(text: str):
    with pytest.raises(ValueError, match=r"."):
        seconds(text)
