"""The one set of numeric settings that learners and the reference run under."""

import os
from collections.abc import Mapping

PLATFORM = "cpu"
# Without this flag XLA keeps float32 inside a fusion and hides the roundings that an exercise is about.
XLA_FLAGS = "--xla_allow_excess_precision=false"

NUMERIC_SETTINGS: Mapping[str, str] = {
    "JAX_PLATFORMS": PLATFORM,
    "XLA_FLAGS": XLA_FLAGS,
    "JAX_ENABLE_X64": "0",
    "JAX_NUMPY_DTYPE_PROMOTION": "standard",
    "JAX_DEFAULT_MATMUL_PRECISION": "default",
    "OPENBLAS_NUM_THREADS": "1",  # a second thread would forbid forking; and sums stay in one order
    "OMP_NUM_THREADS": "1",
    "TF_CPP_MIN_LOG_LEVEL": "3",  # XLA's own log lines are no learner's output
}

# Everything else a worker may see of the judge's environment: names without secrets.
INHERITED = ("LANG", "LC_ALL", "TZ")


def cores() -> int:
    """The cores that this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def worker_environment() -> dict[str, str]:
    """The whole environment of a worker or zygote: an allow-list, not a copy."""
    inherited = {name: os.environ[name] for name in INHERITED if name in os.environ}
    return {
        **inherited,
        **NUMERIC_SETTINGS,
        "PATH": os.defpath,
        "PYTHONHASHSEED": "0",
        "HOME": "/",
        "LC_CTYPE": "C.UTF-8",
    }
