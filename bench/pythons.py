"""Run the tests of the diagnosis on every supported Python here, and on the oldest and newest JAX allowed.

The newest versions of pyproject.toml's ranges are installed for each Python, the oldest for the first one.
Environments are kept in build/matrix. Exit 1 when a test fails, 2 when fewer than two Pythons are found.
"""

import re
import shutil
import subprocess
import sys
import time
import tomllib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
FOLDER = ROOT / "build" / "matrix"
PYTHONS = ("3.11", "3.12", "3.13")
ENOUGH = 2
TOOLS = ("pytest", "hypothesis")  # of the group `dev`: what these tests need
TESTS = ("tests/matrix", "tests/pitfalls", "tests/flow", "tests/worker")
SHOW = """
from importlib.metadata import version
print(", ".join(f"{name} {version(name)}" for name in ("jax", "jaxlib", "flax", "optax", "numpy")))
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Environment:
    """One run: an interpreter, and further requirements that pin what it installs."""

    name: str
    python: str
    pins: tuple[str, ...] = ()

    @property
    def own_python(self) -> Path:
        """The environment's interpreter."""
        return FOLDER / self.name / "bin" / "python"


def found() -> dict[str, str]:
    """A working interpreter for each supported version: from PATH, or one of pyenv's."""
    here = {}
    for version in PYTHONS:
        working = (path for path in candidates(version) if answers(path, version))
        path = next(working, None)
        if path is not None:
            here[version] = path
    return here


def candidates(version: str) -> list[str]:
    """Interpreters that may be of this version; pyenv's newest first."""
    on_path = shutil.which(f"python{version}")
    own = Path.home() / ".pyenv" / "versions"
    by_patch = sorted(
        own.glob(f"{version}.*/bin/python"), key=lambda path: _numbers(path.parts[-3]), reverse=True
    )
    return [*([on_path] if on_path else []), *map(str, by_patch)]


def _numbers(version: str) -> tuple[int, ...]:
    return tuple(map(int, re.findall(r"\d+", version)))


def answers(python: str, version: str) -> bool:
    """Whether an interpreter is there and of this version: a shim of pyenv's may stand for nothing."""
    asked = "import sys, ensurepip; print('%d.%d' % sys.version_info[:2])"
    done = subprocess.run([python, "-c", asked], capture_output=True, text=True, check=False)
    return done.returncode == 0 and done.stdout.strip() == version


def oldest(requirements: Iterable[str]) -> tuple[str, ...]:
    """`name>=1.2,<2` → `name==1.2`.

    Raises:
        ValueError: a requirement has no lower bound.
    """
    pins = []
    for requirement in requirements:
        match = re.match(r"([\w.-]+)>=([\w.]+)", requirement)
        if match is None:
            raise ValueError(f"{requirement!r} has no lower bound: write `name>=version,<version`")
        pins.append(f"{match[1]}=={match[2]}")
    return tuple(pins)


def tools(project: Mapping[str, Any]) -> list[str]:
    """The requirements of the group `dev` that these tests need."""
    return [item for item in project["dependency-groups"]["dev"] if re.split(r"[<>=]", item)[0] in TOOLS]


def environments(project: Mapping[str, Any], pythons: Mapping[str, str]) -> list[Environment]:
    """The newest of everything for each Python, the oldest for the first."""
    first = next(iter(pythons))
    pins = oldest(project["project"]["optional-dependencies"]["jax"])
    newest = [Environment(name=f"{version}-newest", python=path) for version, path in pythons.items()]
    return [Environment(name=f"{first}-oldest", python=pythons[first], pins=pins), *newest]


def install(environment: Environment, project: Mapping[str, Any]) -> None:
    """Make the environment, or bring it up to date."""
    if not environment.own_python.exists():
        subprocess.run(
            [environment.python, "-m", "venv", "--clear", str(FOLDER / environment.name)], check=True
        )
    pip = [str(environment.own_python), "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
    upgrade = ["--upgrade", "--upgrade-strategy", "eager"]
    subprocess.run(
        [*pip, *upgrade, "--editable", f"{ROOT}[jax]", *tools(project), *environment.pins], check=True
    )


def passes(environment: Environment, tests: Sequence[str]) -> bool:
    """Whether the tests pass; what they print goes to the terminal."""
    python = str(environment.own_python)
    versions = subprocess.run([python, "-c", SHOW], capture_output=True, text=True, check=True).stdout.strip()
    print(f"== {environment.name}: {versions}", flush=True)
    start = time.monotonic()
    cache = f"cache_dir={FOLDER / environment.name / 'cache'}"
    command = [python, "-m", "pytest", "-q", "-m", "not more", "-o", cache, *tests]
    code = subprocess.run(command, cwd=ROOT, check=False).returncode
    print(
        f"== {environment.name}: {'passed' if code == 0 else 'failed'} in {time.monotonic() - start:.0f} s",
        flush=True,
    )
    return code == 0


def main() -> int:
    """Run them one after another; arguments are paths of tests, in place of TESTS."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    pythons = found()
    missing = [version for version in PYTHONS if version not in pythons]
    print(
        f"Python found: {', '.join(pythons) or 'none'}; missing: {', '.join(missing) or 'none'}", flush=True
    )
    if len(pythons) < ENOUGH:
        print(f"at least {ENOUGH} of them are needed", file=sys.stderr)
        return 2
    failed = []
    for environment in environments(project, pythons):
        install(environment, project)
        if not passes(environment, sys.argv[1:] or TESTS):
            failed.append(environment.name)
    print(f"failed: {', '.join(failed)}" if failed else "all passed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
