# expect: accepted
import jax
import jax.numpy as jnp
from flax import nnx
from flax.training.dynamic_scale import DynamicScale


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    lin = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    p = {k: v for k, v in nnx.state(lin).to_pure_dict().items()}
    ds = DynamicScale(
        growth_interval=growth_interval,
        fin_steps=good_steps + 1,
        scale=jnp.float32(loss_scale),
        minimum_scale=1.0,
    )

    def loss_fn(q):
        q = jax.tree.map(lambda a: a.astype(jnp.float16), q)
        e = x.astype(jnp.float16) @ q["kernel"] + q["bias"] - y.astype(jnp.float16)
        return jnp.mean(e**2).astype(jnp.float32)

    ds, finite, _, g = ds.value_and_grad(loss_fn)(p)
    p = jax.tree.map(lambda a, d: jax.lax.select(finite, a - jnp.float32(lr) * d, a), p, g)
    n = ds.fin_steps
    n = jnp.where(n == 0, 0, n - 1)
    return jnp.array([loss_fn(p), jnp.minimum(ds.scale, 2.0**24), n], jnp.float32)
