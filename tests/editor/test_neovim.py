"""Neovim as the distribution ships it, without a window."""

import json
import os
import shutil
import subprocess
import sys
import time
from pathlib import Path

import psutil
import pytest
from toys import RIGHT, Toy

NEOVIM = shutil.which("nvim")
SCRIPT = Path(__file__).with_name("neovim.lua")
WRONG = RIGHT.replace("2 *", "3 *")


@pytest.mark.skipif(NEOVIM is None, reason="no Neovim on this machine: make system-deps")
def test_neovim_shows_a_finding_until_it_is_corrected(tmp_path: Path):
    toy = Toy.make(tmp_path / "course")
    path = toy.write("submissions/toy/ada.py", WRONG)
    told = tmp_path / "told.json"
    environment = {
        **os.environ,
        "PYTHONPATH": os.pathsep.join([str(Path.cwd()), os.environ.get("PYTHONPATH", "")]),
        "JUDGE_COMMAND": f"{sys.executable} -m judge lsp",
        "JUDGE_ROOT": str(toy.root),
        "JUDGE_FILE": str(path),
        "JUDGE_EDIT": "%s/3 \\*/2 */",
        "JUDGE_TOLD": str(told),
        "XDG_STATE_HOME": str(tmp_path / "state"),
    }
    subprocess.run(
        [str(NEOVIM), "--headless", "-u", "NONE", "-i", "NONE", "-c", f"luafile {SCRIPT}"],
        env=environment,
        cwd=toy.root,
        timeout=300,
        check=True,
        stdin=subprocess.DEVNULL,
    )
    seen = json.loads(told.read_text())
    (one,) = seen["opened"]
    assert (one["code"], one["line"], one["column"], one["source"]) == ("wrong_answer", 3, 0, "judge")
    assert "plain" in one["message"]
    assert seen["gone"] is True
    assert "2 *" in path.read_text()
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
