"""A cluster on this machine, for trying it out; run as a program, it is that cluster until its input ends."""

import logging
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager

import dask
from distributed import LocalCluster

from judge.cluster.dask_settings import QUIET, hush
from judge.errors import HarnessError


@contextmanager
def local_cluster(workers: int) -> Iterator[str]:
    """Its scheduler's address, as long as this is entered: workers are processes with one thread each.

    It has a session of its own: Ctrl-C in a terminal reaches all that runs there, and would break workers off
    before they have ended in order. And it ends with its input, so also when this process is killed.

    Raises:
        HarnessError: it can't be started.
    """
    command = [sys.executable, "-m", "judge.cluster.local", str(workers)]
    pipe = subprocess.PIPE
    with subprocess.Popen(command, stdin=pipe, stdout=pipe, text=True, start_new_session=True) as process:
        said = "" if process.stdout is None else process.stdout.readline().strip()
        if not said.startswith("tcp://"):
            raise HarnessError(f"no cluster can be started here: {said or 'it ended without a word'}")
        yield said


def main(workers: int) -> None:
    """Be the cluster."""
    hush()
    dask.config.set(QUIET)
    try:
        cluster = LocalCluster(
            n_workers=workers,
            threads_per_worker=1,
            processes=True,
            host="127.0.0.1",
            protocol="tcp",
            dashboard_address=None,
            memory_limit=0,  # a worker's own memory is small; submissions have limits of their own
            silence_logs=logging.CRITICAL,
        )
    except (OSError, RuntimeError, TimeoutError) as error:
        sys.stdout.write(f"{' '.join(str(error).split()) or type(error).__name__}\n")
        sys.exit(1)
    with cluster:
        sys.stdout.write(f"{cluster.scheduler_address}\n")
        sys.stdout.flush()
        sys.stdin.read()


if __name__ == "__main__":
    main(int(sys.argv[1]))
