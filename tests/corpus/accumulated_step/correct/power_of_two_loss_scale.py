# expect: accepted
import jax
import jax.numpy as jnp
from flax import nnx

SCALE = 16.0


def value_and_aux(params, x, y):
    w, b = (p.astype(jnp.bfloat16) for p in params)
    e = x.astype(jnp.bfloat16) @ w + b - y.astype(jnp.bfloat16)
    loss = jnp.mean(e * e)
    return loss * SCALE * SCALE, loss


def accumulated_step(seed, x, y, lr, micro_batches):
    m = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    params = [m.kernel[...], m.bias[...]]
    vag = jax.value_and_grad(value_and_aux, has_aux=True)
    shape = lambda a: a.reshape(micro_batches, -1, a.shape[-1])

    def step(carry, xy):
        (_, plain), grads = vag(params, *xy)
        unscaled = [g / SCALE for g in grads]
        return [c + u / SCALE for c, u in zip(carry, unscaled)], plain

    total, _history = jax.lax.scan(step, [jnp.zeros_like(p) for p in params], (shape(x), shape(y)))
    params = [p - (lr / micro_batches) * t for p, t in zip(params, total)]
    _, loss = value_and_aux(params, x, y)
    return loss.astype(jnp.float32)[None]
