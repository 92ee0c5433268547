# verdicts: accepted runtime_error
# contained in: landlock namespaces
# looks for: cache files
# run: more
"""Points JAX to a cache folder of its own making, and fills it, for the next submission to find."""

import jax
import jax.numpy as jnp


def step(seed, x):
    for folder in ("@CACHE@/judge/compiled", "@TMP@/@MARK@-cache", "/tmp/@MARK@-cache"):
        jax.config.update("jax_compilation_cache_dir", folder)
        jax.config.update("jax_persistent_cache_min_compile_time_secs", 0.0)
        jax.config.update("jax_persistent_cache_min_entry_size_bytes", -1)
        jax.jit(lambda a: jnp.tanh(a) * 0.54321)(x)
        jax.clear_caches()
    return jnp.asarray([2 * jnp.sum(x) + seed], jnp.float32)
