# expect: pitfall|wrong_answer
# finding: low-precision-accumulator
import jax
import jax.numpy as jnp
import optax
from flax import nnx


def accumulated_step(seed, x, y, lr, micro_batches):
    lin = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    masters = {"w": lin.kernel[...], "b": lin.bias[...]}
    dtype = jnp.bfloat16
    x, y = jnp.asarray(x, dtype), jnp.asarray(y, dtype)

    def loss(m, a, b):
        w, c = m["w"].astype(dtype), m["b"].astype(dtype)
        r = jnp.matmul(a, w) + c - b
        return jnp.mean(r * r)

    tx = optax.named_chain(("collect", optax.trace(1.0, accumulator_dtype=dtype)), ("mean", optax.scale(1 / micro_batches)), ("sgd", optax.sgd(lr)))  #@ low-precision-accumulator

    def go(state, i):
        if i == micro_batches:
            return state
        rows = slice(i * len(x) // micro_batches, (i + 1) * len(x) // micro_batches)
        _, memory = state
        return go(tx.update(jax.grad(loss)(masters, x[rows], y[rows]), memory, masters), i + 1)

    updates, _ = go((None, tx.init(masters)), 0)
    return loss(optax.apply_updates(masters, updates), x, y).astype(jnp.float32)[None]
