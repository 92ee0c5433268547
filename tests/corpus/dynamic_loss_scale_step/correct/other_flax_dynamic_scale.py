# expect: accepted
import jax
import jax.numpy as jnp
import optax
from flax import nnx
from flax.training.dynamic_scale import DynamicScale


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    graphdef, params = nnx.split(
        nnx.Linear(x.shape[1], y.shape[1], dtype=jnp.float16, rngs=nnx.Rngs(int(seed)))
    )
    y16 = y.astype(jnp.float16)

    # flax compares the count before this step, we want the one after it
    ds = DynamicScale(
        growth_interval=growth_interval - 1,
        fin_steps=good_steps,
        scale=jnp.float32(loss_scale),
        minimum_scale=1.0,
    )

    def loss_fn(params):
        pred = nnx.merge(graphdef, params)(x)
        return jnp.mean(jnp.square(pred - y16)).astype(jnp.float32)

    ds, is_finite, _, grads = ds.value_and_grad(loss_fn)(params)
    stepped = jax.tree.map(lambda p, g: p - lr * g, params, grads)
    params = jax.tree.map(lambda s, p: jax.lax.select(is_finite, s, p), stepped, params)
    scale = jnp.minimum(ds.scale, 2.0**24)
    return jnp.stack([loss_fn(params), scale, jnp.asarray(ds.fin_steps, jnp.float32)]).astype(jnp.float32)
