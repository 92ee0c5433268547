"""`judge results` as it is called."""

import csv
import io

from click.testing import CliRunner, Result

from judge.cli import main


def call(*arguments: str, **environment: str) -> Result:
    return CliRunner().invoke(main, ("results", *arguments), env={"JUDGE_STORE": None, **environment})


def rows(text: str) -> list[dict[str, str]]:
    """What a table in CSV says."""
    return list(csv.DictReader(io.StringIO(text)))


def shown(*arguments: str) -> list[tuple[str, str]]:
    """Submission and content of what is chosen, in order."""
    done = call(*arguments, "--format", "table-csv")
    assert (done.stderr, done.exit_code) == ("", 0)
    return [(row["submission"].rpartition("/")[2], row["sha256"][0]) for row in rows(done.stdout)]
