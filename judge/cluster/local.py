"""A cluster on this machine, for trying it out."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager

import dask
from distributed import LocalCluster

from judge.cluster.dask_settings import QUIET
from judge.errors import HarnessError


@contextmanager
def local_cluster(workers: int) -> Iterator[str]:
    """Its scheduler's address, as long as this is entered: workers are processes with one thread each.

    Raises:
        HarnessError: it can't be started.
    """
    logging.getLogger("distributed").setLevel(logging.CRITICAL)  # what is of use is said in our words
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
        raise HarnessError(f"no cluster can be started here: {error}") from error
    with cluster:
        yield str(cluster.scheduler_address)
