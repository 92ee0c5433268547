"""`judge new problem NAME`: a small exercise that is right, to be made into another one."""

import re
from pathlib import Path

from judge.errors import HarnessError, UsageError
from judge.paths import make_folder

TEMPLATE = Path(__file__).parent / "template"
SUFFIX = ".in"
_NAME = re.compile(r"[A-Za-z][A-Za-z0-9_-]{0,63}", re.ASCII)
# In files, what stands for the id, and for the function's name.
ID, ENTRY_POINT = "PROBLEM_ID", "ENTRY_POINT"


def new_problem(root: Path, name: str) -> tuple[Path, ...]:
    """Write problems/NAME, reference/NAME and samples; the files, in order. Nothing there is ever touched.

    Raises:
        UsageError: not a name for a problem, or there is such a folder. HarnessError: it can't be written.
    """
    if not _NAME.fullmatch(name):
        raise UsageError(
            f"{name!r} is no name for a problem: take letters, digits, _ and -, beginning with a letter"
        )
    targets = {
        "problems": root / "problems" / name,
        "reference": root / "reference" / name,
        "submissions": root / "submissions" / name / "examples",
    }
    for folder in targets.values():
        if folder.exists():
            raise UsageError(f"{folder} exists already; choose another name")
    function = name.lower().replace("-", "_")
    written = []
    for source in sorted(TEMPLATE.rglob(f"*{SUFFIX}")):
        place = source.relative_to(TEMPLATE)
        target = targets[place.parts[0]].joinpath(*place.parts[1:]).with_suffix("")
        text = source.read_text(encoding="utf-8").replace(ID, name).replace(ENTRY_POINT, function)
        try:
            make_folder(target.parent)
            target.write_text(text, encoding="utf-8")
        except OSError as error:
            raise HarnessError(f"{target} can't be written: {error.strerror}") from None
        written.append(target)
    return tuple(written)
