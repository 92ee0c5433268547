# expect: accepted
from functools import partial

import jax
import jax.numpy as jnp
from flax import nnx

BF = jnp.bfloat16


def loss_fn(params, batch):
    w, b = params["w"].astype(BF), params["b"].astype(BF)
    xb, yb = batch
    return jnp.square(xb @ w + b - yb).mean()


@partial(jax.jit, static_argnums=(4,))
def train(params, x, y, lr, n):
    xs = x.reshape(n, -1, x.shape[-1])
    ys = y.reshape(n, -1, y.shape[-1])

    def body(acc, batch):
        return jax.tree.map(jnp.add, acc, jax.grad(loss_fn)(params, batch)), None

    acc, _ = jax.lax.scan(body, jax.tree.map(jnp.zeros_like, params), (xs, ys))
    params = jax.tree.map(lambda p, g: p - lr * (g / n), params, acc)
    return loss_fn(params, (x, y))


def accumulated_step(seed, x, y, lr, micro_batches):
    lin = nnx.Linear(x.shape[-1], y.shape[-1], rngs=nnx.Rngs(int(seed)))
    params = {"w": lin.kernel[...], "b": lin.bias[...]}
    out = train(params, jnp.asarray(x, BF), jnp.asarray(y, BF), lr, int(micro_batches))
    return jnp.array([out], dtype=jnp.float32)
