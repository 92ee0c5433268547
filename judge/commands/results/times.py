"""Times as they are given on the command line and shown in a table."""

import re
from datetime import UTC, datetime, timedelta

import click

_AGO = re.compile(r"(\d{1,6})([dhm])")
_UNITS = {"d": "days", "h": "hours", "m": "minutes"}


def moment(_context: click.Context, _parameter: click.Parameter, value: str | None) -> float | None:
    """Seconds since 1970.

    Raises:
        BadParameter: it is neither a date, nor a time, nor so long ago.
    """
    if value is None:
        return None
    found = _AGO.fullmatch(value.strip())
    try:
        if found is not None:
            return (datetime.now(UTC) - timedelta(**{_UNITS[found[2]]: int(found[1])})).timestamp()
        return seconds(value)
    except (ValueError, OverflowError) as error:
        raise click.BadParameter(
            f"{value} is no time. Write a date such as 2026-10-31, a time such as 2026-10-31T18:00, or how "
            "long ago: 7d, 12h, 30m."
        ) from error


def seconds(text: str, *, end_of_day: bool = False) -> float:
    """An ISO date or time in seconds since 1970; one without a time zone is of this machine's.

    Args:
        end_of_day: a date alone is its end, not its beginning.

    Raises:
        ValueError: it is neither.
    """
    text = text.strip()
    at = datetime.fromisoformat(text)
    if end_of_day and not re.search(r"[T :]", text):
        at += timedelta(days=1, microseconds=-1)
    try:
        return at.timestamp()
    except (OverflowError, OSError) as error:
        raise ValueError(str(error)) from error


def iso(at: float | None) -> str:
    """In UTC, to the second; empty where there is none."""
    return "" if at is None else datetime.fromtimestamp(at, UTC).isoformat(timespec="seconds")


def short(at: float, now: datetime) -> str:
    """In the zone of this machine: day and time of this year, else the date."""
    local = datetime.fromtimestamp(at).astimezone()
    this_year = local.year == now.astimezone().year
    return local.strftime("%m-%d %H:%M") if this_year else local.strftime("%Y-%m-%d")
