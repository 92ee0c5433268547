"""Trace submissions in this process, without a sandbox, and print what is found.

For quick loops while a detector is written:

python bench/diagnose.py FILE...          findings of each file
python bench/diagnose.py --corpus FILE... compare them with the files' own `# finding:` headers

What a file is for is told by the entry point that it defines.
"""

import argparse
import sys
import time
from pathlib import Path

from judge.sandbox.starting.numeric_settings import NUMERIC_SETTINGS

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "tests"))


def main() -> int:
    """Diagnose the files that are named; 1 where some are other than they say."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("files", nargs="+", type=Path)
    parser.add_argument("--corpus", action="store_true")
    arguments = parser.parse_args()
    bad = 0
    for path in arguments.files:
        try:
            bad += bool(_shown(path, of_the_corpus=arguments.corpus))
        except BaseException as error:  # noqa: BLE001 - one broken file must not hide the others
            print(f"{path}: {type(error).__name__}: {str(error)[:300]}")
            bad += 1
    print(f"{bad} of {len(arguments.files)} with faults", file=sys.stderr)
    return 1 if bad else 0


def _shown(path: Path, *, of_the_corpus: bool) -> list[str]:
    """Print what is found in a file, or how it differs from its header; these differences."""
    from corpus_reading import expectation, finding_differences  # noqa: PLC0415 - settings come first
    from matrix.diagnosing import diagnosed  # noqa: PLC0415 - the same

    began = time.perf_counter()
    found, reason = diagnosed(path.read_text(encoding="utf-8"))
    how = f"{reason or 'read'}, {time.perf_counter() - began:.3f} s"
    if not of_the_corpus:
        print(f"{path}: {how}")
        for one in found:
            print(f"  {one.line}: {one.pitfall} [{one.severity}, {one.evidence}] {one.message}")
            print(f"      help: {one.help}")
        return []
    faults: list[str] = finding_differences(expectation(path), found)
    for fault in faults:
        print(f"{path.parent.name}/{path.name}: {fault}   [{how}]")
    return faults


if __name__ == "__main__":
    import os

    os.environ.update(NUMERIC_SETTINGS)  # before jax is imported: its flags are read only then
    sys.exit(main())
