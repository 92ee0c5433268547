# expect: accepted
"""flax.training.dynamic_scale grows when fin_steps == growth_interval *before* the step is counted,
so it gets an interval that is one shorter. And it has no upper bound, so that's put on afterwards."""
import jax
import jax.numpy as jnp
import optax
from flax import nnx
from flax.training import dynamic_scale as ds_lib


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    model = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    params = (model.kernel[...], model.bias[...])

    def loss16(params):
        k, c = (p.astype(jnp.float16) for p in params)
        return jnp.mean((x.astype(jnp.float16) @ k + c - y.astype(jnp.float16)) ** 2)

    ds = ds_lib.DynamicScale(
        growth_interval=growth_interval - 1,
        minimum_scale=1.0,
        scale=jnp.float32(loss_scale),
        fin_steps=jnp.int32(good_steps),
    )
    grad_fn = ds.value_and_grad(lambda p: loss16(p).astype(jnp.float32))
    ds, is_fin, _, grads = grad_fn(params)
    tx = optax.sgd(lr)
    updates, _ = tx.update(grads, tx.init(params), params)
    stepped = optax.apply_updates(params, updates)
    params = jax.tree.map(lambda new, old: jnp.where(is_fin, new, old), stepped, params)
    return jnp.stack(
        [
            loss16(params).astype(jnp.float32),
            jnp.minimum(ds.scale, 2.0**24).astype(jnp.float32),
            jnp.asarray(ds.fin_steps, jnp.float32),
        ]
    )
