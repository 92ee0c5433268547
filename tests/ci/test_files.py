"""The files that other programs read, checked by those programs or by the schemas that they publish."""

import re
import subprocess
import tomllib
import zipfile
from pathlib import Path

import pytest
import yaml
from commands.exercises import make_problem

from ci.course import ENVIRONMENT, HERE, action, shell

SCRIPTS = [
    "ci/github/install.sh",
    "ci/github/judge.sh",
    "ci/github/keys.sh",
    "ci/github/warm.sh",
    "ci/gitlab/judge.sh",
    "ci/gradescope/make_zip.sh",
    "ci/gradescope/run_autograder",
    "ci/gradescope/setup.sh",
]


def tool(name: str, *arguments: str) -> str:
    """What a checker says; it must be content."""
    command = [str(ENVIRONMENT / "bin" / name), *arguments]
    done = subprocess.run(command, cwd=HERE, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@pytest.mark.parametrize(
    ("schema", "path", "options"),
    [
        ("vendor.github-actions", "action.yml", []),
        ("vendor.github-workflows", "ci/github/example-workflow.yml", []),
        ("vendor.gitlab-ci", "ci/gitlab/.gitlab-ci.yml", ["--data-transform", "gitlab-ci"]),
    ],
)
def test_the_services_files_follow_their_published_schemas(schema: str, path: str, options: list[str]):
    assert "ok" in tool("check-jsonschema", "--builtin-schema", schema, *options, path)


def test_the_action_and_the_workflow_pass_a_security_audit():
    files = ("action.yml", "ci/github/example-workflow.yml")
    assert "No findings to report" in tool("zizmor", "--offline", "--no-progress", *files)


def test_no_shell_of_the_action_has_an_expression_in_it():
    steps = action()["runs"]["steps"]
    assert [step["run"] for step in steps if "${{" in step.get("run", "")] == []


def test_every_input_of_the_action_is_used_and_every_one_that_is_used_exists():
    text = (HERE / "action.yml").read_text()
    assert set(re.findall(r"inputs\.([a-z-]+)", text)) == set(action()["inputs"])


def test_the_example_workflow_uses_inputs_and_outputs_that_exist():
    workflow = (HERE / "ci/github/example-workflow.yml").read_text()
    steps = yaml.safe_load(workflow)["jobs"]["judge"]["steps"]
    used = next(step for step in steps if step.get("id") == "judge")
    assert set(used["with"]) <= set(action()["inputs"])
    assert set(re.findall(r"steps\.judge\.outputs\.([a-z_]+)", workflow)) <= set(action()["outputs"])


def test_the_hooks_follow_pre_commits_own_check():
    tool("pre-commit", "validate-manifest", ".pre-commit-hooks.yaml")


def test_the_hook_installs_what_submissions_are_run_with():
    (hook,) = yaml.safe_load((HERE / ".pre-commit-hooks.yaml").read_text())
    project = tomllib.loads((HERE / "pyproject.toml").read_text())["project"]
    extras = project["optional-dependencies"]
    assert hook["additional_dependencies"] == sorted([*extras["jax"], *extras["notebook"]])
    assert hook["entry"].split()[0] in project["scripts"]


@pytest.mark.parametrize(
    ("path", "taken"),
    [
        ("submissions/demo/ada.py", True),
        ("submissions/demo/ada.ipynb", True),
        ("submissions/demo/ada.pyc", False),
        ("submissions/demo/_helper.py", False),
        ("submissions/demo/.old/ada.py", False),
        ("submissions/_drafts/ada.py", False),
        ("submissions/demo/examples/accepted/right.py", False),
        ("judge/cli.py", False),
    ],
)
def test_the_hook_takes_what_the_judge_would_take(path: str, *, taken: bool):
    (hook,) = yaml.safe_load((HERE / ".pre-commit-hooks.yaml").read_text())
    chosen = re.search(hook["files"], path) and not re.search(hook["exclude"], path)
    assert bool(chosen) == taken


def test_the_scripts_pass_shellcheck_and_can_be_executed():
    tool("shellcheck", "--external-sources", *SCRIPTS)
    assert [script for script in SCRIPTS if not (HERE / script).stat().st_mode & 0o100] == []


def test_the_dockerfile_passes_hadolint():
    assert tool("hadolint", "Dockerfile") == ""


def test_the_image_runs_unprivileged_and_copies_what_exists():
    lines = (HERE / "Dockerfile").read_text().splitlines()
    assert [line for line in lines if line.startswith("USER")] == ["USER 1000"]
    copied = [name for line in lines if line.startswith("COPY") for name in line.split()[1:-1]]
    assert [name for name in copied if not (HERE / name).exists()] == []
    ignored = (HERE / ".dockerignore").read_text().splitlines()
    assert [name for name in copied if f"!{name}" not in ignored] == []
    order = [
        lines.index("USER 1000"),
        next(n for n, line in enumerate(lines) if "judge cache warm" in line),
    ]
    assert order == sorted(order)


def test_the_zip_for_gradescope_has_its_scripts_at_the_root(tmp_path: Path):
    cases = tmp_path / "mine.yaml"
    cases.write_text("problem: demo\ncases: []\n")
    done = shell(f"'{HERE}/ci/gradescope/make_zip.sh' autograder.zip '{cases}'", tmp_path, {})
    assert done.returncode == 0, done.stdout
    with zipfile.ZipFile(tmp_path / "autograder.zip") as made:
        names = {name for name in made.namelist() if not name.endswith("/")}
        modes = {info.filename: info.external_attr >> 16 & 0o777 for info in made.infolist()}
    assert {name for name in names if "/" not in name} == {
        "setup.sh",
        "run_autograder",
        "settings.env",
        "cases.yaml",
    }
    assert {"judge/pyproject.toml", "judge/constraints.txt", "judge/judge/cli.py"} <= names
    assert any(name.startswith("judge/reference/") for name in names)
    assert not [name for name in names if "__pycache__" in name]
    assert modes["run_autograder"] & modes["setup.sh"] & 0o111


@pytest.mark.parametrize("status", [0, 4])
def test_the_setup_for_gradescope_installs_makes_a_user_and_tries_itself(tmp_path: Path, status: int):
    """With commands in place of those that would change this machine: each writes down what it was asked."""
    commands = tmp_path / "bin"
    commands.mkdir()
    for name in ("apt-get", "python3.14", "python3.13", "useradd", "chmod", "install", "chown", "runuser"):
        body = 'case "$*" in *python3.14*) exit 100;; esac' if name == "apt-get" else ""
        body = f"exit {status}" if name == "runuser" else body
        script = f'#!/bin/sh\necho "{name} $*" >> "{tmp_path}/log"\n{body}\n'
        if name == "python3.13":
            script += f'mkdir -p "$3/bin" && cp "{commands}/useradd" "$3/bin/python"\n'
        (commands / name).write_text(script)
        (commands / name).chmod(0o755)
    source = tmp_path / "source"
    make_problem(source / "judge")
    (source / "settings.env").write_text("JUDGE_PROBLEM=demo\n")
    (source / "run_autograder").write_text(
        f'echo "trial $JUDGE_CACHE" $(ls "$AUTOGRADER_ROOT"/*) >> "{tmp_path}/log"; exit {status}\n'
    )
    script = f"PATH='{commands}':$PATH exec '{HERE}/ci/gradescope/setup.sh'"
    done = shell(script, tmp_path, {"AUTOGRADER_ROOT": str(tmp_path)})
    assert done.returncode == 0, done.stdout
    assert ("The starter could not be judged" in done.stdout) == (status == 4)
    assert ("Not all could be kept" in done.stdout) == (status == 4)
    what = f"--constraint {source}/judge/constraints.txt {source}/judge[jax,isolation,notebook]"
    filling = f"env XDG_CACHE_HOME={source}/cache {source}/environment/bin/judge cache warm demo"
    filling += f" --root {source}/judge --entropy 0"
    log = [line for line in (tmp_path / "log").read_text().splitlines() if not line.startswith("chmod 755")]
    (trial,) = [line.split() for line in log if line.startswith("trial")]
    assert trial[1] == f"{source}/cache"
    assert {"starter.py", "settings.env", "run_autograder"} < set(trial)
    log.remove(next(line for line in log if line.startswith("trial")))
    assert log == [
        "apt-get update -qq",
        "apt-get install -y -qq --no-install-recommends python3.14 python3.14-venv",
        "apt-get install -y -qq --no-install-recommends python3.13 python3.13-venv",
        f"python3.13 -m venv {source}/environment",
        f"useradd -m pip install --quiet --disable-pip-version-check {what}",
        "useradd --create-home judge",
        f"chmod -R go-w {source}",
        f"install -d -o judge {source}/cache",
        f"runuser -u judge -- {filling}",
        f"chown -R root {source}/cache",
    ]


@pytest.mark.parametrize(
    ("settings", "cases", "options"),
    [
        ("JUDGE_ENTROPY=random", None, ""),
        ("JUDGE_ENTROPY=7", "cases.yaml", " --entropy 7 --extra-cases {}/cases.yaml"),
        ("JUDGE_EXTRA_CASES=mine.yaml", "mine.yaml", " --entropy 0 --extra-cases {}/mine.yaml"),
    ],
)
def test_the_setup_for_gradescope_computes_what_its_settings_ask_for(
    tmp_path: Path, settings: str, cases: str | None, options: str
):
    """The part of it that fills the cache, with a command in place of the one that changes the user."""
    source = tmp_path / "source"
    source.mkdir()
    (source / "settings.env").write_text(f"JUDGE_PROBLEM=demo\n{settings}\n")
    if cases is not None:
        (source / cases).touch()
    text = (HERE / "ci/gradescope/setup.sh").read_text()
    _, begin, rest = text.partition("# What each submission would have to wait for")
    part, end, _ = rest.partition("# One submission is judged")
    assert begin
    assert end
    head = f'source_folder={source}\ninstall() {{ :; }}\nrunuser() {{ echo "asked: $*"; }}\n'
    done = shell(f"{head}#{part}", tmp_path, {})
    assert done.returncode == 0, done.stdout
    assert done.stdout.endswith(f" cache warm demo --root {source}/judge{options.format(source)}\n")


def test_caches_of_the_action_are_kept_when_a_submission_fails_the_job():
    """actions/cache saves in a step of its own at the end, which a failed job leaves out."""
    steps = [(step.get("uses", ""), step) for step in action()["runs"]["steps"]]
    restored = [step for uses, step in steps if uses.startswith("actions/cache/restore@")]
    saved = [step for uses, step in steps if uses.startswith("actions/cache/save@")]
    assert [step["with"] for step in restored] == [step["with"] for step in saved]
    assert not [uses for uses, _ in steps if uses.startswith("actions/cache@")]
    order = [step.get("id", step.get("if", "")) for _, step in steps]
    assert order.index(saved[0]["if"]) < order.index("judge") < order.index(saved[1]["if"])
    assert "always()" in saved[1]["if"]
    assert order.index("judge") < order.index("warm") < len(order) - 1 - order[::-1].index(saved[1]["if"])
    assert steps[order.index("warm")][1]["if"] == saved[1]["if"], "what is kept is all that later runs need"
    for before, after in zip(restored, saved, strict=True):
        assert f"steps.{before['id']}.outputs.cache-hit != 'true'" in after["if"]
