"""Neovim as the distribution ships it, without a window."""

import json
import shutil
import subprocess
import sys
import time
from pathlib import Path

import psutil
import pytest

from editor.driver import environment

NEOVIM = shutil.which("nvim")
SCRIPT = Path(__file__).with_name("neovim.lua")
ROOT = Path(__file__).parents[2]
PROBLEM = "mixed_precision_step"


@pytest.mark.more
@pytest.mark.skipif(NEOVIM is None, reason="no Neovim on this machine: make system-deps")
def test_neovim_shows_a_finding_until_it_is_corrected(tmp_path: Path):
    for folder in ("problems", "reference"):
        shutil.copytree(ROOT / folder / PROBLEM, tmp_path / folder / PROBLEM)
    path = tmp_path / "submissions" / PROBLEM / "ada.py"
    path.parent.mkdir(parents=True)
    shutil.copy(ROOT / "submissions" / PROBLEM / "examples" / "wrong_answer" / "uncast_inputs.py", path)
    told = tmp_path / "told.json"
    settings = {
        "JUDGE_COMMAND": f"{sys.executable} -m judge lsp",
        "JUDGE_ROOT": str(tmp_path),
        "JUDGE_FILE": str(path),
        "JUDGE_EDIT": "%s/(model)(x)/(model)(x.astype(jnp.bfloat16))/",
        "JUDGE_TOLD": str(told),
        "XDG_STATE_HOME": str(tmp_path / "state"),
    }
    subprocess.run(
        [str(NEOVIM), "--headless", "-u", "NONE", "-i", "NONE", "-c", f"luafile {SCRIPT}"],
        env={**environment(), **settings},
        cwd=tmp_path,
        timeout=300,
        check=True,
        stdin=subprocess.DEVNULL,
    )
    seen = json.loads(told.read_text())
    (one,) = seen["opened"]
    assert (one["code"], one["source"], one["severity"]) == ("uncast-inputs", "judge", 1)
    assert (one["line"], one["column"], one["end_column"]) == (16, 11, 32)
    assert "forward: float32" in seen["hover"]
    assert "prediction" in seen["hover"]
    assert seen["gone"] is True
    assert "astype" in path.read_text().splitlines()[16]
    assert ended(str(told))


def ended(told: str) -> bool:
    """Whether no server is left of those that were started so; one ends as its editor hangs up."""
    until = time.monotonic() + 30
    while time.monotonic() < until:
        if not any(_environment(one).get("JUDGE_TOLD") == told for one in psutil.process_iter()):
            return True
        time.sleep(0.1)
    return False


def _environment(process: psutil.Process) -> dict[str, str]:
    try:
        return process.environ()
    except psutil.Error:
        return {}
