"""A PostgreSQL server of the tests' own: on a socket in a scratch folder, gone with it."""

import os
import pwd
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

INSTALLED = Path("/usr/lib/postgresql")  # where Debian has it, a folder a version
START_SECONDS = 60


def programs() -> Path | None:
    """The folder of the newest `initdb` and `postgres`; None where there are none."""
    found = shutil.which("postgres")
    versions = sorted(INSTALLED.glob("*/bin/postgres"), key=lambda path: float(path.parts[-3]))
    return versions[-1].parent if versions else Path(found).parent if found else None


@contextmanager
def server() -> Iterator[str]:
    """The URL of a database on a fresh server; skips where there is no PostgreSQL."""
    folder = programs()
    if folder is None:
        pytest.skip("no PostgreSQL here: make system-deps")
    with tempfile.TemporaryDirectory(prefix="judge-pg-", dir="/tmp") as scratch:  # a socket's path is short
        user = _owner(Path(scratch))
        data = Path(scratch) / "data"
        as_user = {"user": user, "stdout": subprocess.DEVNULL, "stderr": subprocess.PIPE}
        options = ["--auth=trust", "--username=judge", "--encoding=UTF8", "--no-sync"]
        subprocess.run([folder / "initdb", "-D", data, *options], check=True, **as_user)
        quick = ["-c", "fsync=off", "-c", "listen_addresses=", "-k", scratch]
        running = subprocess.Popen([folder / "postgres", "-D", data, *quick], **as_user)
        try:
            _wait(folder, scratch, running)
            yield f"postgresql://judge@/postgres?host={scratch}"
        finally:
            running.send_signal(signal.SIGINT)  # SIGTERM waits for whoever is connected
            running.communicate(timeout=START_SECONDS)


def _owner(scratch: Path) -> str | None:
    """PostgreSQL refuses to run as root: then as the user that its package made."""
    if os.geteuid() != 0:
        return None
    try:
        user = pwd.getpwnam("postgres")
    except KeyError:
        pytest.skip("PostgreSQL doesn't run as root, and there is no user postgres: make system-deps")
    os.chown(scratch, user.pw_uid, user.pw_gid)
    return user.pw_name


def _wait(folder: Path, scratch: str, running: subprocess.Popen[bytes]) -> None:
    until = time.monotonic() + START_SECONDS
    while subprocess.run([folder / "pg_isready", "-q", "-h", scratch], check=False).returncode:
        if running.poll() is not None or time.monotonic() > until:
            running.kill()
            raise AssertionError(f"PostgreSQL doesn't start: {running.communicate()[1].decode()}")
        time.sleep(0.1)
