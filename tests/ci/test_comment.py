"""The report in a comment of a pull request, with a command in place of GitHub's own."""

import json
import os
import runpy
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from cmarkgfm import Options
from cmarkgfm import github_flavored_markdown_to_html as html_of
from reporters.reports import exception, report, wrong_result
from reporters.samples import HOSTILE, hostile, many, mixed

from ci.course import ENVIRONMENT, HERE, Github, action, action_step
from judge.reporters.markdown import MarkdownReporter

SCRIPT = HERE / "ci" / "github" / "comment.py"
COMMENT: Any = runpy.run_path(str(SCRIPT))
MARK = "<!-- judge grade demo -->"

# Keeps what it is asked in a file, and has comments in another, a page each; says no to writers if it shall.
GH = f"""\
#!{sys.executable}
import json, os, pathlib, sys
home = pathlib.Path(__file__).parent
given = sys.stdin.read()
asked = {{"arguments": sys.argv[1:], "body": json.loads(given)["body"] if given else None,
         "token": os.environ.get("GH_TOKEN")}}
with (home / "asked").open("a") as file:
    file.write(json.dumps(asked) + "\\n")
if (home / "refuses").exists() and "--method" in sys.argv:
    sys.exit("gh: Resource not accessible by integration (HTTP 403)\\n::error::x")
if "--jq" in sys.argv:
    for comment in json.loads((home / "comments").read_text()):
        if comment["user"]["login"] == "github-actions[bot]" and "github-actions[bot]" in sys.argv[-1]:
            print(json.dumps({{"id": comment["id"], "body": comment["body"]}}))
"""


def comment(number: int, body: str, login: str = "github-actions[bot]") -> dict[str, Any]:
    return {"id": number, "body": body, "user": {"login": login}}


class Service:
    """A runner with such a command, and a report."""

    def __init__(self, folder: Path) -> None:
        self.github = Github(folder / "github", folder)
        self.commands = folder / "commands"
        self.commands.mkdir()
        (self.commands / "gh").write_text(GH)
        (self.commands / "gh").chmod(0o755)
        self.has()
        self.reports = folder / "reports"
        self.reports.mkdir()
        (self.reports / "report.md").write_text(MarkdownReporter().render(mixed()))

    def has(self, *comments: dict[str, Any]) -> None:
        (self.commands / "comments").write_text(json.dumps(comments))

    def step(self, **variables: str) -> subprocess.CompletedProcess[str]:
        known = {
            "github.token": "a-token",
            "steps.keys.outputs.environment-path": str(ENVIRONMENT),
            "steps.judge.outputs.reports": str(self.reports),
            "github.event.pull_request.number": "7",
            "github.event.pull_request.head.sha": "abc1234",
        }
        script, environment = action_step("comment", {"comment": "true", "problem": "demo"}, known)
        runner = {
            "PATH": f"{self.commands}{os.pathsep}{os.environ['PATH']}",
            "GITHUB_REPOSITORY": "course/ada",
            "GITHUB_JOB": "grade",
            "GITHUB_SERVER_URL": "https://github.com",
            "GITHUB_RUN_ID": "99",
        }
        return self.github.step("comment", script, {**runner, **environment, **variables})

    @property
    def asked(self) -> list[dict[str, Any]]:
        file = self.commands / "asked"
        return [json.loads(line) for line in file.read_text().splitlines()] if file.exists() else []


@pytest.fixture
def service(tmp_path: Path) -> Service:
    return Service(tmp_path)


def test_the_first_report_is_a_new_comment(service: Service):
    done = service.step()
    assert (done.returncode, done.stdout) == (0, "")
    looked, wrote = service.asked
    assert looked["arguments"][:3] == ["api", "--paginate", "repos/course/ada/issues/7/comments?per_page=100"]
    assert wrote["arguments"] == [
        "api",
        "--method",
        "POST",
        "repos/course/ada/issues/7/comments",
        "--input",
        "-",
    ]
    run = "https://github.com/course/ada/actions/runs/99"
    page = (service.reports / "report.md").read_text()
    assert wrote["body"] == f"{MARK}\n{page}\nCommit abc1234, [run]({run}).\n"
    assert [one["token"] for one in service.asked] == ["a-token"] * 2


def test_a_later_report_takes_the_place_of_the_earlier_one(service: Service):
    service.has(
        comment(1, "looks good"),
        comment(2, f"{MARK}\nnot by us", login="ada"),
        comment(3, "<!-- judge other demo -->\nof another job"),
        comment(4, f"{MARK}\n## 1 submission"),
    )
    assert service.step().returncode == 0
    assert service.asked[-1]["arguments"][:4] == [
        "api",
        "--method",
        "PATCH",
        "repos/course/ada/issues/comments/4",
    ]


def test_a_token_that_may_only_read_is_told_and_fails_nothing(service: Service):
    (service.commands / "refuses").touch()
    done = service.step()
    assert done.returncode == 0
    notice, *said = done.stdout.splitlines()
    assert notice == (
        "::notice title=judge::the report is in the job summary only, not in a comment: that takes the "
        "permission `pull-requests: write`, which a pull request from a fork doesn't get"
    )
    assert said == ["| gh: Resource not accessible by integration (HTTP 403)", "| ::error::x"]


def test_a_runner_without_the_command_is_told_and_fails_nothing(service: Service, tmp_path: Path):
    (tmp_path / "bash").symlink_to(shutil.which("bash") or "")
    done = service.step(PATH=str(tmp_path))
    assert done.returncode == 0
    assert done.stdout.splitlines()[-1] == "| gh can't be started: No such file or directory"


def test_where_there_is_no_report_nothing_is_asked(service: Service):
    (service.reports / "report.md").unlink()
    assert service.step().returncode == 0
    assert service.asked == []


def test_it_is_written_where_it_is_wanted_and_on_pull_requests_alone():
    (step,) = [step for step in action()["runs"]["steps"] if step.get("id") == "comment"]
    for needed in ("always()", "inputs.comment == 'true'", "github.event_name == 'pull_request'"):
        assert needed in step["if"].split("&&")[0] or f"&& {needed}" in step["if"]
    assert action()["inputs"]["comment"]["default"] == "false"


@pytest.mark.parametrize("text", [*HOSTILE, "-->", "--> \n<!-- judge grade demo -->"])
def test_what_a_learner_wrote_is_no_mark(text: str):
    page = COMMENT["body"](MARK, MarkdownReporter().render(hostile(text)))
    assert html_of(page, Options.CMARK_OPT_UNSAFE).count("<!--") == 1
    assert page.startswith(f"{MARK}\n## ")


def test_a_variable_of_the_workflow_can_not_end_the_mark(service: Service):
    service.step(GITHUB_JOB="a --> b", JUDGE_PROBLEM="")
    assert service.asked[-1]["body"].startswith("<!-- judge a-----b  -->\n")


def test_a_report_that_is_too_long_is_cut_to_what_github_takes(service: Service):
    (service.reports / "report.md").write_text(MarkdownReporter().render(many(300)))
    assert service.step().returncode == 0
    body = service.asked[-1]["body"]
    assert COMMENT["LIMIT"] * 0.9 < len(body.encode()) <= COMMENT["LIMIT"]
    assert body.count("<details>") == body.count("</details>")
    assert "\nThe rest is too long for a comment: it is in the job summary. Commit abc1234, " in body


@pytest.mark.parametrize("limit", range(0, 2600, 13))
def test_wherever_it_is_cut_no_block_and_no_details_are_left_open(limit: int):
    page = MarkdownReporter().render(mixed())
    made = COMMENT["cut"](page, limit)
    assert len(made.encode()) <= limit + len("\n</details>\n")
    assert made.count("```") % 2 == 0
    assert made.count("<details>") == made.count("</details>")
    html = html_of(f"{made}\nafter", Options.CMARK_OPT_UNSAFE)
    assert html.endswith("after</p>\n") or "<td>after</td>" in html


def test_a_block_with_a_fence_longer_than_the_comment_is_left_out():
    shown = exception(message=f"{'`' * 60_000}\n{'x' * 9000}")
    page = MarkdownReporter().render(report(wrong_result(exception=shown)))
    made = COMMENT["cut"](page, 64_000)
    assert len(made.encode()) < 2000
    assert "`ValueError`, line 5:" in made
