"""One step of GitHub Actions: the Markdown report as a comment of the pull request, kept up to date.

What the step is told comes in environment variables. A comment that can't be written fails no job: the log
says why, and the report is in the job summary.
"""

import json
import os
import re
import subprocess
import sys
from pathlib import Path

LIMIT = 65_536  # characters of a comment; bytes are held to it, so that it doesn't matter how GitHub counts
AUTHOR = "github-actions[bot]"  # only its comments are written over: anybody can copy the mark into one
_RESERVED = 1000  # for what stands before and after the report
_FENCE = re.compile(r"`{3,}")
_ASIDE = re.compile(r"[^A-Za-z0-9_-]")


class Refused(Exception):
    """GitHub said no; the text says what it said."""


def main() -> int:
    """Write the comment, or say why there is none."""
    report = Path(os.environ["JUDGE_REPORT"])
    if not report.is_file():
        return 0
    mark = f"<!-- judge {_word('GITHUB_JOB')} {_word('JUDGE_PROBLEM')} -->"
    issues = f"repos/{os.environ['GITHUB_REPOSITORY']}/issues"
    comments = f"{issues}/{int(os.environ['JUDGE_PULL_REQUEST'])}/comments"
    text = json.dumps({"body": body(mark, report.read_text(encoding="utf-8"))})
    try:
        known = earlier(comments, mark)
        if known is None:
            gh("api", "--method", "POST", comments, "--input", "-", given=text)
        else:
            gh("api", "--method", "PATCH", f"{issues}/comments/{known}", "--input", "-", given=text)
    except Refused as refusal:
        print(
            "::notice title=judge::the report is in the job summary only, not in a comment: that takes the "
            "permission `pull-requests: write`, which a pull request from a fork doesn't get"
        )
        sys.stdout.writelines(f"| {line}\n" for line in str(refusal).splitlines())
    return 0


def earlier(comments: str, mark: str) -> int | None:
    """The number of the comment that an earlier run wrote.

    Raises:
        Refused: it can't be found out.
    """
    ours = f'.[] | select(.user.login == "{AUTHOR}") | {{id, body}} | @json'
    for line in gh("api", "--paginate", f"{comments}?per_page=100", "--jq", ours).splitlines():
        comment = json.loads(line)
        if comment["body"].startswith(mark):
            return int(comment["id"])
    return None


def body(mark: str, report: str) -> str:
    """The whole comment: a mark that nobody sees, the report, and where it comes from."""
    server, repository, run = (
        os.environ.get(name, "") for name in ("GITHUB_SERVER_URL", "GITHUB_REPOSITORY", "GITHUB_RUN_ID")
    )
    shown = cut(report, LIMIT - _RESERVED)
    left = "" if shown == report else "The rest is too long for a comment: it is in the job summary. "
    commit = os.environ.get("JUDGE_COMMIT", "")
    return f"{mark}\n{shown}\n{left}Commit {commit}, [run]({server}/{repository}/actions/runs/{run}).\n"


def cut(markdown: str, limit: int) -> str:
    """As many lines as fit into `limit` bytes: no part of a code block, and folded details are closed."""
    if len(markdown.encode()) <= limit:
        return markdown
    kept: list[str] = []
    fence, opened, folded = "", 0, False
    for line in markdown.splitlines(keepends=True):
        limit -= len(line.encode())
        if limit < 0:
            break
        found = _FENCE.match(line)
        if fence:
            fence = "" if line.rstrip() == fence else fence
        elif found:
            fence, opened = found[0], len(kept)
        elif line.startswith(("<details>", "</details>")):
            folded = line.startswith("<details>")
        kept.append(line)
    if fence:
        del kept[opened:]
    return "".join(kept) + ("\n</details>\n" if folded else "")


def gh(*arguments: str, given: str = "") -> str:
    """What GitHub's own command prints; runners have it, and it takes the token from GH_TOKEN.

    Raises:
        Refused: it isn't there, or GitHub said no.
    """
    try:
        done = subprocess.run(
            ["gh", *arguments],  # noqa: S607 -- where it is depends on the runner
            input=given,
            capture_output=True,
            encoding="utf-8",
            errors="replace",
            check=False,
        )
    except OSError as error:
        raise Refused(f"gh can't be started: {error.strerror or error}") from error
    if done.returncode != 0:
        raise Refused(done.stderr.strip() or f"gh ended with {done.returncode}")
    return done.stdout


def _word(variable: str) -> str:
    return _ASIDE.sub("-", os.environ.get(variable, ""))


if __name__ == "__main__":
    sys.exit(main())
