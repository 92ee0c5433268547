"""The picture of a learner's page in README.md, drawn anew: `make picture` after a change of the page."""

import subprocess
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT / "tests"))

from browser.chromium import started  # noqa: E402 - of the tests, which are no package

SAMPLE = "submissions/mixed_precision_step/examples/wrong_answer/uncast_inputs.py"
PICTURE = ROOT / "docs" / "learner-page.png"
WIDTH = 880  # pixels, as wide as GitHub shows a README
BELOW = "How large the values are"  # the first heading that is cut off: what to fix and the pictures stay


def main() -> None:
    """Judge the sample, open its page, and keep the top of it."""
    with TemporaryDirectory() as folder:
        page = Path(folder) / "page.html"
        command = (sys.executable, "-m", "judge", "run", SAMPLE, "--exit-zero", "--report", f"html={page}")
        subprocess.run(command, cwd=ROOT, check=True, stdout=subprocess.DEVNULL)
        with started() as browser:
            tab = browser.new_page(viewport={"width": WIDTH, "height": 2000}, color_scheme="light")
            tab.goto(page.as_uri())
            end = tab.get_by_role("heading", name=BELOW).evaluate("one => one.getBoundingClientRect().top")
            tab.screenshot(path=PICTURE, clip={"x": 0, "y": 0, "width": WIDTH, "height": end})
    print(f"{PICTURE.relative_to(ROOT)}: {PICTURE.stat().st_size / 1024:.0f} KiB")


if __name__ == "__main__":
    main()
