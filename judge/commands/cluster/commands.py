"""`judge cluster`: try out, and secure, a Dask cluster."""

import signal
import threading
from datetime import UTC, datetime
from pathlib import Path

import click

from judge.commands.options.every_command import JudgeGroup, remark
from judge.commands.terminal.stdout import write


@click.group(cls=JudgeGroup)
def cluster() -> None:
    """Try out, and secure, a Dask cluster for --scheduler.

    docs/cluster.md has recipes for SSH, Slurm and Kubernetes.
    """


@cluster.command()
@click.option(
    "-n",
    "--nodes",
    type=click.IntRange(min=1),
    metavar="N",
    help="Workers, one thread each. [default: cores]",
)
def local(nodes: int | None) -> int:
    """Start a cluster on this machine, until Ctrl-C.

    Its scheduler's address goes to stdout as soon as it can be used.
    """
    _check_installed()
    from judge.cluster.local import local_cluster  # noqa: PLC0415 -- imports distributed
    from judge.sandbox.starting.numeric_settings import cores  # noqa: PLC0415 -- as above

    ended = threading.Event()
    signal.signal(signal.SIGTERM, lambda *_: ended.set())
    signal.signal(signal.SIGINT, lambda *_: ended.set())
    count = nodes or cores()
    with local_cluster(count) as address:
        write(f"{address}\n")
        several = "s" * (count != 1)
        remark(f"{count} worker{several}; in another terminal: judge run PATHS --scheduler {address}")
        remark("Ctrl-C ends it")
        ended.wait()
    return 0


@cluster.command()
@click.argument("folder", type=click.Path(path_type=Path))
def certificates(folder: Path) -> int:
    """Make certificates for one cluster.

    FOLDER gets an authority, a certificate with its key, and dask.yaml. Scheduler, workers and `judge run`
    are started with DASK_CONFIG=FOLDER, wherever the folder was copied to under the same name. Whoever has it
    can send work to the cluster.
    """
    _check_installed()
    from judge.cluster.certificates import DAYS, make_certificates  # noqa: PLC0415 -- imports cryptography

    for path in make_certificates(folder, datetime.now(UTC)):
        write(f"{path}\n")
    remark(f"valid for {DAYS} days. Start everything with DASK_CONFIG={folder.absolute()}")
    return 0


def _check_installed() -> None:
    from judge.commands.run import check_installed  # noqa: PLC0415 -- imports numpy

    check_installed(("distributed", "cryptography"), "cluster", "judge cluster can't be used")
