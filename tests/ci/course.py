"""A class of twelve, and how each service would call the judge for it."""

import os
import re
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import yaml
from commands.exercises import RIGHT, WRONG, make_problem

HERE = Path(__file__).resolve().parents[2]
ENVIRONMENT = Path(sys.prefix)
PROBLEM = "demo"

# What a service or a teacher could read as an order.
COMMANDS = (
    r"::error::taken\n  ::add-mask::x\n##[error]taken\n::stop-commands::x\n\x1b]0;taken\x07</pre><script>"
)
FORGED = """\
def double(seed, x):
    return Forged()


class Forged:
    __array__ = lambda *_: 1
    __eq__ = lambda *_: True
"""

CLASS: Mapping[str, bytes] = {
    "ada": RIGHT.encode(),
    "bob": RIGHT.replace("2 * jnp.sum(x)", "jnp.sum(x + x)").encode(),
    "cyd": b"import numpy as np\n\ndef double(seed, x):\n    return np.float32([2 * x.sum()])\n",
    "dan": WRONG.encode(),
    "eve": RIGHT.replace("(seed, x):", "(seed, x):\n    if seed == 1: return 2 * x.sum()").encode(),
    "fay": RIGHT.replace("return", f'print("{COMMANDS}")\n    return 3 *').encode(),
    "gus": b"import os\nos._exit(0)\n",
    "hal": RIGHT.replace("return", f'raise ValueError("{COMMANDS}")\n    return').encode(),
    "ivy": FORGED.encode(),
    "joe": b"def double(seed, x)\n    return x\n",
    "kim": b"x = '\xff\xfe'\n",
    "lea": b"",
}
EXPECTED = {
    "ada": ("accepted", 1.0),
    "bob": ("accepted", 1.0),
    "cyd": ("accepted", 1.0),
    "dan": ("wrong_answer", 0.0),
    "eve": ("wrong_answer", 0.5),
    "fay": ("wrong_answer", 0.0),
    "gus": ("runtime_error", 0.0),
    "hal": ("runtime_error", 0.0),
    "ivy": ("wrong_answer", 0.0),
    "joe": ("invalid", 0.0),
    "kim": ("invalid", 0.0),
    "lea": ("invalid", 0.0),
}


def make_course(folder: Path) -> Path:
    """A repository with the exercise and the class's submissions."""
    make_problem(folder, PROBLEM)
    for name, content in CLASS.items():
        path = folder / "submissions" / PROBLEM / f"{name}.py"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    return folder


def shell(
    script: str, folder: Path, variables: Mapping[str, str], *, shell_options: str = "-eo"
) -> subprocess.CompletedProcess[str]:
    """Run a step as a service does: by bash, in a folder, with few variables besides its own."""
    kept = {name: os.environ[name] for name in ("HOME", "LANG", "TMPDIR") if name in os.environ}
    path = f"{ENVIRONMENT / 'bin'}{os.pathsep}{os.environ['PATH']}"
    return subprocess.run(
        ["bash", "--noprofile", "--norc", shell_options, "pipefail", "-c", script],
        cwd=folder,
        env={**kept, "PATH": path, "XDG_CACHE_HOME": os.environ["XDG_CACHE_HOME"], **variables},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )


def action() -> Any:
    return yaml.safe_load((HERE / "action.yml").read_text())


def action_step(name: str, inputs: Mapping[str, str], known: Mapping[str, str]) -> tuple[str, dict[str, str]]:
    """The shell of a step of the action, and its variables with every expression evaluated."""
    document = action()
    values = {f"inputs.{key}": value.get("default", "") for key, value in document["inputs"].items()}
    values |= {f"inputs.{key}": value for key, value in inputs.items()}
    values |= known
    step = next(step for step in document["runs"]["steps"] if step.get("id", step.get("run", "")) == name)

    def value(match: re.Match[str]) -> str:
        return next(filter(None, (values.get(part.strip(), "") for part in match[1].split("||"))), "")

    return step["run"], {
        key: re.sub(r"\$\{\{(.*?)\}\}", value, text) for key, text in step.get("env", {}).items()
    }


class Github:
    """A runner's folders, files and variables."""

    def __init__(self, folder: Path, workspace: Path) -> None:
        self.workspace = workspace
        self.temporary = folder / "runner"
        self.temporary.mkdir(parents=True)
        self.output = folder / "output"
        self.summary = folder / "summary"
        for file in (self.output, self.summary):
            file.touch()

    def judge(
        self, known: Mapping[str, str] | None = None, /, **inputs: str
    ) -> subprocess.CompletedProcess[str]:
        given = {name.replace("_", "-"): value for name, value in inputs.items()}
        given = {"root": str(self.workspace), "require-isolation": "none", **given}
        facts = {
            "steps.keys.outputs.environment-path": str(ENVIRONMENT),
            "steps.keys.outputs.compiled-path": os.environ["XDG_CACHE_HOME"],
            **(known or {}),
        }
        return self.step("judge", *action_step("judge", given, facts))

    def step(self, _name: str, script: str, variables: Mapping[str, str]) -> subprocess.CompletedProcess[str]:
        mine = {
            "GITHUB_ACTION_PATH": str(HERE),
            "GITHUB_OUTPUT": str(self.output),
            "GITHUB_STEP_SUMMARY": str(self.summary),
            "RUNNER_TEMP": str(self.temporary),
            "RUNNER_TOOL_CACHE": str(self.temporary / "tools"),
            "RUNNER_OS": "Linux",
        }
        return shell(script, self.workspace, {**mine, **variables})

    @property
    def outputs(self) -> dict[str, str]:
        return dict(line.split("=", 1) for line in self.output.read_text().splitlines())
