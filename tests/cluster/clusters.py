"""Schedulers and workers that tests start, kill and start again, as a batch system would."""

import os
import random
import shutil
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path

import psutil

from judge.cluster.certificates import make_certificates

START_SECONDS = 60.0
PREFIX = ("-c", "from dask.__main__ import main; main()")


def free_port(host: str = "127.0.0.1") -> int:
    with socket.socket() as found:
        found.bind((host, 0))
        return int(found.getsockname()[1])


class ByHand:
    """A scheduler and workers over TLS, each under its nanny; what ends is started anew.

    Args:
        networks: what begins a worker's command line, such as `ip netns exec NAME`: one worker each.
    """

    def __init__(self, folder: Path, networks: Sequence[Sequence[str]] = ((), ()), host: str = "127.0.0.1"):
        self.folder = folder
        self.networks = networks
        self.host = host
        self.certificates = folder / "certificates"
        make_certificates(self.certificates, datetime.now(UTC))
        self.port = free_port(host)
        self.address = f"tls://{host}:{self.port}"
        self.environment = {**os.environ, "DASK_CONFIG": str(self.certificates), "PYTHONWARNINGS": "ignore"}
        self.running: dict[str, subprocess.Popen[bytes]] = {}
        self.ending = threading.Event()
        self.restarts = 0
        self.keeper = threading.Thread(target=self._keep, daemon=True)

    def command(self, name: str) -> list[str]:
        dask = [sys.executable, *PREFIX]
        if name == "scheduler":
            place = ["--host", f"tls://{self.host}", "--port", str(self.port)]
            return [*dask, "scheduler", *place, "--no-dashboard", "--no-show"]
        scratch = ["--local-directory", str(self.folder / "nodes")]
        options = ["--nthreads", "1", "--no-dashboard", "--memory-limit", "0", "--death-timeout", "120"]
        return [*self.networks[int(name)], *dask, "worker", self.address, *options, *scratch]

    def begin(self, name: str) -> None:
        with (self.folder / f"{name}.log").open("ab") as log:
            self.running[name] = subprocess.Popen(
                self.command(name), env=self.environment, stdout=log, stderr=log, start_new_session=True
            )

    def start(self) -> None:
        (self.folder / "nodes").mkdir(exist_ok=True)
        for name in ("scheduler", *map(str, range(len(self.networks)))):
            self.begin(name)
        until = time.monotonic() + START_SECONDS
        while time.monotonic() < until:
            with suppress(OSError), socket.create_connection((self.host, self.port), timeout=1):
                break
            time.sleep(0.2)
        self.keeper.start()

    def _keep(self) -> None:
        while not self.ending.wait(0.3):
            for name, process in list(self.running.items()):
                if process.poll() is not None and not self.ending.is_set():
                    self.restarts += 1
                    self.begin(name)

    def processes(self, kind: str) -> list[psutil.Process]:
        """Of the scheduler, the nannies, or the workers below them."""
        if kind == "scheduler":
            return [psutil.Process(self.running["scheduler"].pid)]
        nannies = [psutil.Process(one.pid) for name, one in self.running.items() if name != "scheduler"]
        if kind == "nanny":
            return nannies
        below = [
            child for nanny in nannies for child in nanny.children() if "spawn" in " ".join(child.cmdline())
        ]
        return [child for child in below if "resource_tracker" not in " ".join(child.cmdline())]

    def kill(self, kind: str, chance: random.Random) -> bool:
        """End one at once; whether there was one."""
        with suppress(psutil.NoSuchProcess):
            found = self.processes(kind)
            if found:
                chance.choice(found).send_signal(signal.SIGKILL)
                return True
        return False

    def stop(self) -> None:
        self.ending.set()
        if self.keeper.is_alive():
            self.keeper.join()
        for process in reversed(self.running.values()):
            process.send_signal(signal.SIGTERM)
        for process in self.running.values():
            try:
                process.wait(20)
            except subprocess.TimeoutExpired:
                os.killpg(process.pid, signal.SIGKILL)
                process.wait()


@contextmanager
def by_hand(
    folder: Path, networks: Sequence[Sequence[str]] = ((), ()), host: str = "127.0.0.1"
) -> Iterator[ByHand]:
    folder.mkdir(parents=True, exist_ok=True)
    cluster = ByHand(folder, networks, host)
    cluster.start()
    try:
        yield cluster
    finally:
        cluster.stop()


@contextmanager
def two_networks() -> Iterator[tuple[list[list[str]], str] | None]:
    """Two network namespaces that see this machine at one address, and that; None where there can't be."""
    if os.geteuid() != 0 or (ip := shutil.which("ip")) is None:
        yield None
        return
    bridge, host, names = f"jb{os.getpid() % 10**6}", f"10.213.{os.getpid() % 250}.1", []

    def run(*arguments: str) -> None:
        subprocess.run([ip, *arguments], check=True, capture_output=True)

    try:
        try:
            run("link", "add", bridge, "type", "bridge")
            run("addr", "add", f"{host}/24", "dev", bridge)
            run("link", "set", bridge, "up")
            for number in (2, 3):
                name, there, here = (
                    f"{bridge}n{number}",
                    f"{bridge}t{number}"[-15:],
                    f"{bridge}h{number}"[-15:],
                )
                run("netns", "add", name)
                names.append(name)
                run("link", "add", here, "type", "veth", "peer", "name", there, "netns", name)
                run("link", "set", here, "master", bridge, "up")
                run("-n", name, "addr", "add", f"{host[:-1]}{number}/24", "dev", there)
                run("-n", name, "link", "set", there, "up")
                run("-n", name, "link", "set", "lo", "up")
        except subprocess.CalledProcessError:
            yield None
            return
        yield [[ip, "netns", "exec", name] for name in names], host
    finally:
        for name in names:
            subprocess.run([ip, "netns", "del", name], check=False, capture_output=True)
        subprocess.run([ip, "link", "del", bridge], check=False, capture_output=True)


def left_behind(folder: Path) -> list[str]:
    """Processes of nodes, and what lies in their folders, after everything has ended."""
    found = [
        " ".join(process.info["cmdline"])
        for process in psutil.process_iter(["cmdline"])
        if process.info["cmdline"] and str(folder) in " ".join(process.info["cmdline"])
    ]
    return found + [str(path) for path in folder.glob("nodes/**/judge-*")]
