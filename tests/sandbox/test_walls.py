"""What each tier must hold, as the user that runs the tests and as one without privileges."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from thinned import thinned

from judge.errors import IsolationError
from judge.sandbox.starting.launch import Launcher
from judge.sandbox.starting.tiers import NAMES, check_tier, default_launcher, layers, missing, tiers

HERE = Path(__file__).parent
USER = 43210
WALLED = ("landlock", "namespaces")

# What must be refused, each as an expression.
ATTEMPTS = {
    "reads a file of the machine": "open('/etc/passwd').read()",
    "reads the checkout": f"open({str(HERE / 'test_walls.py')!r}).read()",
    "lists the root": "os.listdir('/')",
    "reads the judge's environment": "open(f'/proc/{os.getppid()}/environ').read()",
    "writes beside its folder": "open('/tmp/judge-canary', 'w').write('1')",
    "writes to site-packages": "open(np.__file__, 'a').write('1')",
    "changes a mode": "os.chmod(np.__file__, 0o777)",
    "makes a link": "os.symlink('/etc', 'etc')",
    "opens a socket": "__import__('socket').socket()",
    "starts a program": "os.posix_spawn('/bin/true', ['true'], {})",
    "forks": "os.fork() or os._exit(0)",
    "leaves its session": "os.setsid()",
    "signals its parent": "os.kill(os.getppid(), 9)",
    "makes hidden memory": "os.memfd_create('x')",
    "makes a file without a name": "os.open('.', os.O_TMPFILE | os.O_RDWR)",
    "locks what others read": "__import__('fcntl').flock(open(np.__file__), 6)",
    "locks a part of it": "__import__('fcntl').lockf(open(np.__file__), 5)",
    "locks its own file": "__import__('fcntl').flock(open('note', 'w'), 6)",
    "posts a descriptor": "(lambda s: s.send_fds(s.socketpair()[0], [b'1'], [1]))(__import__('socket'))",
    "hides from the judge": "__import__('ctypes').CDLL(None).prctl(4, 0, 0, 0, 0) and open('/etc/passwd')",
    "imports the judge": "__import__('judge')",
}


@pytest.fixture(scope="module", params=thinned(WALLED, len(WALLED)))
def walled(request: pytest.FixtureRequest) -> Iterator[Launcher]:
    if request.param not in tiers():
        pytest.skip(f"{request.param}: {missing(request.param)}")
    launcher = default_launcher(request.param)
    launcher.start()
    yield launcher
    launcher.close()


@pytest.mark.parametrize("user", thinned(["own", "unprivileged"]))
def test_nothing_beyond_the_walls_is_reached(walled: Launcher, user: str):
    command = [sys.executable]
    if user == "unprivileged":
        if os.geteuid() != 0:
            pytest.skip("the tests themselves run without privileges")
        command += [str(HERE / "as_user.py"), str(USER)]
    done = subprocess.run(
        [*command, str(HERE / "attempts.py"), walled.tier, json.dumps(ATTEMPTS)],
        capture_output=True,
        text=True,
        check=False,
        cwd="/",
        env={"PATH": os.defpath, "PYTHONPATH": f"{HERE.parent}:{HERE.parent.parent}", "HOME": "/"},
    )
    assert done.returncode == 0, done.stderr
    found = json.loads(done.stdout)
    assert found.pop("works") == "42.0"
    assert found.pop("imports more") == "csv"
    assert found.pop("writes to its folder") == "['note']"
    assert {name: said for name, said in found.items() if said != "refused"} == {}
    assert not Path("/tmp/judge-canary").exists()


def test_a_tier_that_is_missing_says_what_it_needs():
    for tier in set(NAMES) - set(tiers()):
        assert "it needs" in missing(tier)
        with pytest.raises(IsolationError, match="it needs"):
            check_tier(tier)
    with pytest.raises(IsolationError, match="isolation elsewhere is not to be had here"):
        check_tier("elsewhere")


def test_auto_is_the_best_tier_and_none_is_always_there():
    assert check_tier("auto") == tiers()[0]
    assert tiers()[-1] == "none"
    assert [layer.name for layer in layers()] == ["landlock", "system call filter", "namespaces"]


def test_a_report_says_what_held(walled: Launcher):
    assert walled.isolation["tier"] == walled.tier
    assert walled.isolation["network"] == "blocked"
    assert walled.isolation["memory"] == "watchdog"
