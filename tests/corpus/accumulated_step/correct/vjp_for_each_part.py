# expect: accepted
import jax
import jax.numpy as jnp
from flax import nnx


def mse(params, x, y):
    half = [p.astype(jnp.bfloat16) for p in params]
    return jnp.mean((x.astype(jnp.bfloat16) @ half[0] + half[1] - y.astype(jnp.bfloat16)) ** 2)


def accumulated_step(seed, x, y, lr, micro_batches):
    layer = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    params = [layer.kernel[...], layer.bias[...]]
    sums = [0.0, 0.0]
    for a, b in zip(jnp.split(x, micro_batches), jnp.split(y, micro_batches)):
        loss, pullback = jax.vjp(lambda p: mse(p, a, b), params)
        (grads,) = pullback(jnp.ones_like(loss))
        sums = [s + g for s, g in zip(sums, grads)]
    params = [p - lr * (s / micro_batches) for p, s in zip(params, sums)]
    return mse(params, x, y).astype(jnp.float32).reshape(1)
