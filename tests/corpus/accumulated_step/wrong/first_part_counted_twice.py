# expect: wrong_answer
import jax
import jax.numpy as jnp
import optax
from flax import nnx


def accumulated_step(seed, x, y, lr, micro_batches):
    model = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    gd, params = nnx.split(model)

    # Verlustfunktion eines Teils
    def teil(params, i, groesse=x.shape[0] // micro_batches):
        a = jax.lax.dynamic_slice_in_dim(x, i * groesse, groesse).astype(jnp.bfloat16)
        b = jax.lax.dynamic_slice_in_dim(y, i * groesse, groesse).astype(jnp.bfloat16)
        return ganz(params, a, b)

    def ganz(params, a, b):
        halb = jax.tree.map(lambda p: p.astype(jnp.bfloat16), params)
        return jnp.mean((nnx.merge(gd, halb)(a) - b) ** 2)

    g = jax.grad(teil)
    start = g(params, 0)
    summe = jax.lax.fori_loop(0, micro_batches, lambda i, s: optax.tree.add(s, g(params, i)), start)
    params = jax.tree.map(lambda p, s: p - lr * (s / micro_batches), params, summe)
    return ganz(params, x.astype(jnp.bfloat16), y.astype(jnp.bfloat16)).astype(jnp.float32)[None]
