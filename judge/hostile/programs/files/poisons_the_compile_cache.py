# verdicts: accepted runtime_error
# contained in: landlock namespaces
# looks for: cache breach
# run: quick
"""Writes to, empties, replaces and removes what was compiled, and asks JAX to write there."""

import os
from pathlib import Path

import jax
import jax.numpy as jnp

WAYS = (
    lambda path: path.write_bytes(b"poison"),
    lambda path: os.truncate(path, 0),
    lambda path: os.open(path, os.O_RDONLY | os.O_TRUNC),
    lambda path: path.rename(path.with_name("@MARK@")),
    lambda path: path.unlink(),
    lambda path: os.utime(path, (0, 0)),
    lambda path: os.chmod(path, 0),
)


def step(seed, x):
    folder = jax.config.jax_compilation_cache_dir or "@CACHE@"
    for place, _folders, names in os.walk(folder):
        try:
            Path(place, "@MARK@").write_text("poison")
            print("BREACH made a file in", place)
        except OSError as error:
            print("refused:", error.strerror)
        for name in names[:3]:
            for way in WAYS:
                try:
                    way(Path(place, name))
                    print("BREACH changed", name)
                except OSError:
                    continue
    jax.config.update("jax_persistent_cache_min_compile_time_secs", 0.0)
    jax.config.update("jax_persistent_cache_min_entry_size_bytes", -1)
    jax.jit(lambda a: jnp.cos(a) * 0.12345)(x)
    return jnp.asarray([2 * jnp.sum(x) + seed], jnp.float32)
