# verdicts: accepted
# contained in: landlock namespaces
# looks for: breach cache
# run: quick
"""Takes leases on files that the judge will write: who opens such a file waits until the holder lets go."""

import fcntl
import os

import jax
import jax.numpy as jnp
import numpy


def step(seed, x):
    for folder in (jax.config.jax_compilation_cache_dir, os.path.dirname(numpy.__file__)):
        for place, _, names in os.walk(str(folder)):
            for name in names[:3]:
                try:
                    file = os.open(os.path.join(place, name), os.O_RDONLY)
                except OSError:
                    continue
                try:
                    fcntl.fcntl(file, fcntl.F_SETLEASE, fcntl.F_RDLCK)
                    print("BREACH: a lease on", name)
                except OSError:
                    os.close(file)
    return jnp.asarray([2 * jnp.sum(x) + seed], jnp.float32)
