"""The autograder of a Classroom 50 assignment: judges one file of the student's checkout.

Put this file and a copy of the judge (a folder `judge` with judge/, problems/, reference/, pyproject.toml and
constraints.txt) into CLASSROOM/autograders/ASSIGNMENT/ of your configuration repository. It writes
result.json and release-body.md, and ends with 0 whenever the submission was judged, as the runner wants it.
"""

import os
import subprocess
import sys
import tempfile
import venv
from pathlib import Path

PROBLEM = "mixed_precision_step"
SUBMISSION = "step.py"  # in the student's repository
REQUIRE_ISOLATION = "landlock"  # refuse to grade below it
REQUIRE_FLOW = False  # whether a program that could not be read is a pitfall, also where its numbers pass
ENTROPY = "0"

BUNDLE = Path(__file__).resolve().parent


def main() -> int:
    """Judge; anything but 0 tells the runner that the judge is at fault, and gives no score."""
    scratch = Path(os.environ.get("RUNNER_TEMP") or tempfile.mkdtemp(prefix="judge-"))
    judge = installed(scratch / "judge-environment")
    options = ["--problem", PROBLEM, "--entropy", ENTROPY, "--require-isolation", REQUIRE_ISOLATION]
    options += ["--require-flow"] if REQUIRE_FLOW else []
    cases = BUNDLE / "cases.yaml"
    if cases.is_file():
        options += ["--extra-cases", str(cases)]
    submission = Path(SUBMISSION)
    if not is_plain_file(submission):
        print(f"{SUBMISSION} is missing, or no plain file: an empty one is judged instead", file=sys.stderr)
        submission = scratch / "missing" / submission.name
        submission.parent.mkdir(exist_ok=True)
        submission.write_bytes(b"")
    command = [str(judge), "run", "--root", str(BUNDLE / "judge"), "--exit-zero", *options]
    reports = ["--report", "classroom50=result.json", "--report", "markdown=release-body.md"]
    environment = {"XDG_CACHE_HOME": str(scratch / "judge-cache"), **os.environ}
    status = subprocess.run(
        [*command, *reports, "--", str(submission)], env=environment, check=False
    ).returncode
    if status != 0:
        Path("result.json").unlink(missing_ok=True)
    return status


def installed(environment: Path) -> Path:
    """The judge's command, installed where it isn't there yet."""
    given = os.environ.get("JUDGE_ENVIRONMENT")
    environment = Path(given) if given else environment
    command = environment / "bin" / "judge"
    if not command.is_file():
        venv.create(environment, with_pip=True)
        pip = [str(environment / "bin" / "python"), "-m", "pip", "install", "--quiet"]
        source = BUNDLE / "judge"
        subprocess.run(
            [*pip, "--constraint", str(source / "constraints.txt"), f"{source}[jax,isolation,notebook]"],
            check=True,
        )
    return command


def is_plain_file(path: Path) -> bool:
    """Whether neither it nor a folder on its way is a link: those could lead out of the checkout."""
    return path.is_file() and not any(part.is_symlink() for part in (path, *path.parents))


if __name__ == "__main__":
    sys.exit(main())
