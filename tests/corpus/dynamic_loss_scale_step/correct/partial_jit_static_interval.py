# expect: accepted
from functools import partial

import jax
import jax.numpy as jnp
import optax
from flax import nnx


def mse16(kernel, bias, x, y):
    return jnp.mean(jnp.square(x @ kernel + bias - y))


@partial(jax.jit, static_argnames=("interval", "tx"), donate_argnums=())
def _step(params, opt_state, x, y, scale, good, *, interval, tx):
    half = lambda t: jax.tree.map(lambda a: a.astype(jnp.float16), t)
    x, y = half((x, y))

    def f(params):
        loss = mse16(*half(params), x, y)
        return loss.astype(jnp.float32) * scale, loss

    (_, _), g = jax.value_and_grad(f, has_aux=True)(params)
    fin = jnp.all(jnp.concatenate([jnp.ravel(jnp.isfinite(v)) for v in g]))
    g = [v / scale for v in g]
    u, new_state = tx.update(g, opt_state, params)
    params = [jnp.where(fin, p + d, p) for p, d in zip(params, u)]
    good1 = jnp.where(fin, good + 1, 0)
    hit = good1 == interval
    scale1 = jnp.where(fin, scale, jnp.maximum(scale / 2, 1.0))
    scale1 = jnp.where(hit, jnp.minimum(scale1 * 2, 2.0**24), scale1)
    good1 = jnp.where(hit, 0, good1)
    return jnp.stack([mse16(*half(params), x, y).astype(jnp.float32), scale1, good1.astype(jnp.float32)])


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    m = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    params = [m.kernel[...], m.bias[...]]
    tx = optax.sgd(lr)
    return _step(params, tx.init(params), x, y, jnp.float32(loss_scale), good_steps, interval=growth_interval, tx=tx)
