"""Settings of Dask that suit a cluster which judges: by itself it is busy with watching itself."""

import logging
from collections.abc import Mapping
from typing import Any

# With these a class of 24 on a local cluster takes 1.0 times the CPU of `--jobs 2`, without them 1.3
# (bench/cluster_runs.py; 2026.8.0).
QUIET: Mapping[str, Any] = {
    "distributed.worker.profile.enabled": False,  # samples of what each thread does, 100 a second
    "distributed.admin.tick.interval": "1s",  # looks at its event loop; else 50 a second
    "distributed.admin.tick.cycle": "10s",
    "distributed.admin.system-monitor.interval": "5s",
    "distributed.admin.system-monitor.gil.enabled": False,
}


def hush() -> None:
    """Say nothing in Dask's own words: what is of use to anybody is said in ours."""
    for name in (
        "distributed",
        *logging.root.manager.loggerDict,
    ):  # some have levels of their own
        if name.partition(".")[0] == "distributed":
            logging.getLogger(name).setLevel(logging.CRITICAL + 1)


def nested(settings: Mapping[str, Any]) -> dict[str, Any]:
    """Settings as a file of Dask's configuration has them."""
    found: dict[str, Any] = {}
    for name, value in settings.items():
        *folders, last = name.split(".")
        place = found
        for folder in folders:
            place = place.setdefault(folder, {})
        place[last] = value
    return found
