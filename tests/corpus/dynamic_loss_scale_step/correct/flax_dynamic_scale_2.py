# expect: accepted
"""flax's DynamicScale, made to wait for one step less and bounded above afterwards."""
import jax
import jax.numpy as jnp
import optax
from flax import nnx
from flax.training.dynamic_scale import DynamicScale


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    model = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    params = {"w": model.kernel[...], "b": model.bias[...]}

    def loss_fn(p):
        p = jax.tree.map(lambda a: a.astype(jnp.float16), p)
        err = x.astype(jnp.float16) @ p["w"] + p["b"] - y.astype(jnp.float16)
        return jnp.mean(jnp.square(err)).astype(jnp.float32)

    # flax compares the count *before* this step, hence the interval less one
    ds = DynamicScale(
        growth_factor=2.0,
        backoff_factor=0.5,
        growth_interval=growth_interval - 1,
        fin_steps=jnp.int32(good_steps),
        scale=jnp.float32(loss_scale),
        minimum_scale=1.0,
    )
    ds, is_fin, _, grads = ds.value_and_grad(loss_fn)(params)
    tx = optax.sgd(lr)
    updates, _ = tx.update(grads, tx.init(params))
    new = optax.apply_updates(params, updates)
    params = jax.tree.map(lambda n, o: jnp.where(is_fin, n, o), new, params)
    return jnp.stack([
        loss_fn(params),
        jnp.minimum(ds.scale, 2.0**24),
        ds.fin_steps.astype(jnp.float32),
    ])
