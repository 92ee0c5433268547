# ruff: noqa: T201 - a script that prints
"""Diagnose generated submissions, print what is wrong and count it.

cd tests && python -m matrix right,singles,pairs=200 [--style NAME] [--mistake PART] [--keep FOLDER]
"""

import argparse
import sys
from collections import Counter
from pathlib import Path

from matrix.cells import Cell, of
from matrix.diagnosing import faults


def main() -> int:
    """Exit 1 when anything is wrong."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("which", nargs="?", default="right,sample")
    parser.add_argument("--style", default="", help="only styles whose name has this in it")
    parser.add_argument("--mistake", default="", help="only mistakes whose name has this in it")
    parser.add_argument(
        "--keep", type=Path, help="write each submission that something is wrong with to this folder"
    )
    parser.add_argument("--show", action="store_true", help="print the submissions, diagnose nothing")
    asked = parser.parse_args()
    cells = [
        cell
        for cell in of(asked.which)
        if asked.style in cell.style
        and (not asked.mistake or any(asked.mistake in name for name in cell.mistakes))
    ]
    if asked.show:
        for cell in cells:
            print(f"# {cell.name}\n{cell.written().text}")
        return 0
    counts = Counter(kind for cell in cells for kind in _diagnosed(cell, asked.keep))
    print(
        f"{len(cells)} programs, "
        + (", ".join(f"{n} {kind}" for kind, n in sorted(counts.items())) or "nothing wrong")
    )
    return 1 if counts else 0


def _diagnosed(cell: Cell, keep: Path | None) -> list[str]:
    try:
        wrong = faults(cell)
    except Exception as error:  # noqa: BLE001 - one submission that can't be diagnosed must not hide the others
        wrong = [f"BROKEN {type(error).__name__}: {str(error)[:200]}"]
    if wrong:
        print(cell.name, *wrong, sep="\n    ", flush=True)
    if wrong and keep is not None:
        keep.mkdir(parents=True, exist_ok=True)
        head = "".join(f"# {line}\n" for line in wrong)
        (keep / f"{cell.name}.py").write_text(cell.written().text + head)
    return [line.split()[0] for line in wrong]


if __name__ == "__main__":
    sys.exit(main())
