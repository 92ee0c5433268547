# verdicts: accepted wrong_answer pitfall runtime_error output_limit
# contained in: landlock namespaces
# looks for: files
# run: more
"""Changes every setting of JAX that could change numbers or leave files."""

import os

import jax
import numpy as np


def good(seed, x):
    return np.asarray([2 * np.asarray(x).sum() + seed], np.float32)


os.environ["XLA_FLAGS"] = "--xla_dump_to=/tmp/@MARK@-dump --xla_allow_excess_precision=true"
os.environ["TF_CPP_MIN_LOG_LEVEL"] = "0"
for n, v in (
    ("jax_enable_x64", True),
    ("jax_disable_jit", True),
    ("jax_default_matmul_precision", "highest"),
    ("jax_debug_nans", True),
    ("jax_numpy_dtype_promotion", "strict"),
    ("jax_dump_ir_to", "/tmp/@MARK@-ir"),
):
    try:
        jax.config.update(n, v)
    except Exception as e:
        print(n, e)


def attack():
    pass


def step(seed, x):
    attack()
    return good(seed, x)
