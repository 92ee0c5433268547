"""What forged traces cost whoever reads them: CPU seconds and memory, each in a process of its own.

The bounds are 2 s and 256 MiB, for parsing, the walk, all detectors and the listing.
"""

import argparse
import json
import resource
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from forgeries import FORGERIES  # noqa: E402 - it lies beside this file

from judge.flow import read  # noqa: E402 - the checkout, not what is installed
from judge.flow.listing import listing  # noqa: E402
from judge.pitfalls import Clues, diagnose  # noqa: E402
from judge.problem.load import load_problem  # noqa: E402

PROBLEM = load_problem(ROOT, ROOT / "problems" / "mixed_precision_step")
SECONDS, MIB = 2.0, 256.0


def main() -> None:
    """Measure all, or the one that is named."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("name", nargs="?", choices=list(FORGERIES))
    name = parser.parse_args().name
    if name is not None:
        print(json.dumps(measured(name)))
        return
    broken = 0
    for one in FORGERIES:
        done = subprocess.run([sys.executable, __file__, one], check=True, capture_output=True, text=True)
        took = json.loads(done.stdout)
        fine = took["seconds"] <= SECONDS and took["mib"] <= MIB
        broken += not fine
        size = f"{took['kib']:4.0f} KiB, {took['steps']:5} steps"
        print(
            f"{one:38} {size} {took['seconds']:6.2f} s {took['mib']:5.0f} MiB{'' if fine else '  TOO MUCH'}"
        )
    sys.exit(broken)


def measured(name: str) -> dict[str, float]:
    """What one costs; the process's own imports are not counted."""
    text = json.dumps(FORGERIES[name]())
    source = "x = 1\n" * 200
    before, began = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss, time.process_time()
    program = json.loads(text)
    flow = read(program, PROBLEM)
    found = diagnose(Clues(problem=PROBLEM, flow=flow, cases=(), source=source))
    listing(flow, source, tuple(found))
    seconds = time.process_time() - began
    grown = (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) / 1024
    return {"seconds": seconds, "mib": grown, "kib": len(text) / 1024, "steps": len(program["steps"])}


if __name__ == "__main__":
    main()
