# expect: accepted
import jax
import jax.numpy as jnp
from flax import nnx
from flax.training.dynamic_scale import DynamicScale


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    linear = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    master = (linear.kernel[...], linear.bias[...])
    xs, ys = x.astype(jnp.float16), y.astype(jnp.float16)

    def half(params):
        k, b = (p.astype(jnp.float16) for p in params)
        return jnp.mean((xs @ k + b - ys) ** 2)

    # DynamicScale compares the count *before* this step with the interval, and grows one step late.
    ds = DynamicScale(
        growth_interval=growth_interval - 1,
        fin_steps=good_steps,
        scale=jnp.float32(loss_scale),
        minimum_scale=1.0,
    )
    ds, is_fin, _, grads = ds.value_and_grad(lambda p: half(p).astype(jnp.float32))(master)
    master = jax.tree.map(lambda p, g: jnp.where(is_fin, p - lr * g, p), master, grads)
    scale = jnp.minimum(ds.scale, 2.0**24)
    return jnp.stack([half(master).astype(jnp.float32), scale, jnp.asarray(ds.fin_steps, jnp.float32)])
