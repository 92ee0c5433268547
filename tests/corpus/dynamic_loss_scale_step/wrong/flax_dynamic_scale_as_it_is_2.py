# expect: pitfall|wrong_answer
# finding: scale-not-grown
"""flax's DynamicScale with the plain interval compares the count before this step, and waits for one more."""
import jax
import jax.numpy as jnp
import optax
from flax import nnx
from flax.training.dynamic_scale import DynamicScale


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    lin = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    params = {"w": lin.kernel[...], "b": lin.bias[...]}

    def loss_fn(p):
        p = jax.tree.map(lambda a: a.astype(jnp.float16), p)
        return jnp.mean(jnp.square(x.astype(jnp.float16) @ p["w"] + p["b"] - y.astype(jnp.float16))).astype(jnp.float32)

    ds = DynamicScale(
        growth_interval=growth_interval,  #@ scale-not-grown
        fin_steps=jnp.int32(good_steps),
        scale=jnp.float32(loss_scale),
        minimum_scale=1.0,
    )
    ds, finite, _, grads = ds.value_and_grad(loss_fn)(params)  #@ scale-not-grown
    tx = optax.sgd(lr)
    u, _ = tx.update(grads, tx.init(params))
    new = optax.apply_updates(params, u)
    params = jax.tree.map(lambda a, b: jnp.where(finite, a, b), new, params)
    return jnp.array([loss_fn(params), jnp.minimum(ds.scale, 2.0**24), ds.fin_steps], jnp.float32)
