"""What the pages in a folder are called."""

import re
import unicodedata
from pathlib import PurePosixPath

FOLDER = "submissions"
_LONGEST = 60  # characters of a learner's file name that are kept
_ODD = re.compile(r"[^a-z0-9_]+")


def page_path(number: int, submission: str) -> str:
    """Where a learner's page is, from the folder of the report: "submissions/0012-ada-lovelace.html".

    The number alone tells pages apart; the name is there for people, in characters that every file system
    and every address takes.

    Args:
        number: of the submission in the run, from 1.
        submission: its path.
    """
    stem = PurePosixPath(submission).name.removesuffix(".py")
    plain = unicodedata.normalize("NFKD", stem.lower()).encode("ascii", "ignore").decode()
    slug = _ODD.sub("-", plain)[:_LONGEST].strip("-_") or "submission"
    return f"{FOLDER}/{number:04}-{slug}.html"
