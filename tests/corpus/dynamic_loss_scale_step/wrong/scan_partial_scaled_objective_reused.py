# expect: wrong_answer
# finding: scaled-loss-returned
import functools

import jax
import jax.numpy as jnp
from flax import nnx


def objective(params, x, y, scale=1.0):
    k, b, x, y = (a.astype(jnp.float16) for a in (*params, x, y))
    return jnp.mean(jnp.square(x @ k + b - y)).astype(jnp.float32) * scale


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    lin = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))

    def body(carry, batch):
        params, scale, count = carry
        f = functools.partial(objective, x=batch[0], y=batch[1], scale=scale)
        g = jax.tree.map(lambda a: a / scale, jax.grad(f)(params))
        ok = jnp.array([jnp.isfinite(a).all() for a in g]).all()
        params = jax.tree.map(lambda p, d: jnp.where(ok, p - lr * d, p), params, g)
        hit = count + 1 == growth_interval
        new_scale = jnp.where(
            ok, jnp.where(hit, jnp.minimum(scale * 2, 2.0**24), scale), jnp.maximum(scale / 2, 1.0)
        )
        new_count = jnp.where(ok & ~hit, count + 1, 0)
        return (params, new_scale, new_count), f(params)  #@ scaled-loss-returned

    carry = (lin.kernel[...], lin.bias[...]), jnp.float32(loss_scale), jnp.int32(good_steps)
    (_, scale, count), losses = jax.lax.scan(body, carry, (x[None], y[None]))
    return jnp.stack([losses[-1], scale, count.astype(jnp.float32)])
