# expect: accepted
"""flax's DynamicScale does the work.

It looks at `fin_steps == growth_interval` before it counts the step, that is, it grows one
step later than wanted here. An interval that is one shorter makes up for it.
"""
import jax
import jax.numpy as jnp
import numpy as np
import optax
from flax import nnx
from flax.training.dynamic_scale import DynamicScale


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    model = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    graphdef, params = nnx.split(model)
    x16, y16 = (jnp.asarray(a).astype(jnp.float16) for a in (x, y))

    def loss_fn(params):
        p16 = jax.tree.map(lambda p: p.astype(jnp.float16), params)
        net = nnx.merge(graphdef, p16)
        return ((net(x16) - y16) ** 2).mean().astype(jnp.float32)

    ds = DynamicScale(
        growth_interval=growth_interval - 1,
        fin_steps=good_steps,
        scale=jnp.float32(loss_scale),
        minimum_scale=1.0,
    )
    ds, is_finite, _, grads = ds.value_and_grad(loss_fn)(params)

    tx = optax.sgd(lr)
    updates, _ = tx.update(grads, tx.init(params), params)
    stepped = optax.apply_updates(params, updates)
    params = jax.tree.map(lambda new, old: jnp.where(is_finite, new, old), stepped, params)

    scale = jnp.minimum(ds.scale, 2.0**24)
    return jnp.asarray(
        np.array([loss_fn(params), scale, ds.fin_steps], dtype=np.float32)
    )
