# expect: wrong_answer
# finding: scale-not-grown
# allow: count-not-reset
# allow: scale-unbounded
import jax
import jax.numpy as jnp
from flax import nnx
from flax.training import dynamic_scale as ds_lib


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    lin = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    params = {"kernel": lin.kernel[...], "bias": lin.bias[...]}

    def loss_fn(p):
        k, b = p["kernel"].astype(jnp.float16), p["bias"].astype(jnp.float16)
        return jnp.mean((x.astype(jnp.float16) @ k + b - y.astype(jnp.float16)) ** 2).astype(jnp.float32)

    ds = ds_lib.DynamicScale(  #@ scale-not-grown
        growth_interval=growth_interval,  #@ scale-not-grown
        fin_steps=good_steps,  #@ scale-not-grown
        scale=jnp.float32(loss_scale),
        minimum_scale=1.0,
    )
    ds, finite, _, grads = ds.value_and_grad(loss_fn)(params)  #@ scale-not-grown
    params = jax.tree.map(lambda p, g: jnp.where(finite, p - lr * g, p), params, grads)
    return jnp.array([loss_fn(params), jnp.minimum(ds.scale, 2.0**24), ds.fin_steps], dtype=jnp.float32)  #@ scale-not-grown
