# expect: wrong_answer
# finding: scale-not-grown
# allow: count-not-reset
import jax
import jax.numpy as jnp
from flax import nnx
from flax.training import dynamic_scale as dynamic_scale_lib


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    linear = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    params = {"kernel": linear.kernel[...], "bias": linear.bias[...]}
    x16, y16 = x.astype(jnp.float16), y.astype(jnp.float16)

    def loss_fn(params):
        p = jax.tree.map(lambda a: a.astype(jnp.float16), params)
        return jnp.mean((x16 @ p["kernel"] + p["bias"] - y16) ** 2).astype(jnp.float32)

    dynamic_scale = dynamic_scale_lib.DynamicScale(
        growth_factor=2.0,
        backoff_factor=0.5,
        growth_interval=growth_interval,  #@ scale-not-grown
        fin_steps=good_steps,
        scale=jnp.asarray(loss_scale, jnp.float32),
        minimum_scale=1.0,
    )
    grad_fn = dynamic_scale.value_and_grad(loss_fn)
    dynamic_scale, is_fin, _, grads = grad_fn(params)  #@ scale-not-grown
    params = jax.tree.map(lambda p, g: jnp.where(is_fin, p - lr * g, p), params, grads)

    scale = jnp.minimum(dynamic_scale.scale, 2.0**24)
    count = jnp.asarray(dynamic_scale.fin_steps, jnp.float32)
    return jnp.stack([loss_fn(params), scale, count])
