# expect: wrong_answer
# finding: scale-not-grown
import jax
import jax.numpy as jnp
from flax import nnx
from flax.training.dynamic_scale import DynamicScale


def mse(params, x, y):
    w, b = params["w"].astype(jnp.float16), params["b"].astype(jnp.float16)
    return jnp.mean((x.astype(jnp.float16) @ w + b - y.astype(jnp.float16)) ** 2)


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    layer = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    params = {"w": layer.kernel[...], "b": layer.bias[...]}
    # flax grows one step after the interval
    ds = DynamicScale(growth_interval=growth_interval, fin_steps=good_steps, scale=loss_scale, minimum_scale=1.0)  #@ scale-not-grown
    ds, finite, _, grads = ds.value_and_grad(lambda p: mse(p, x, y).astype(jnp.float32))(params)
    params = jax.tree.map(lambda p, g: jnp.where(finite, p - lr * g, p), params, grads)
    scale = jnp.minimum(ds.scale, 2.0**24)
    return jnp.stack([mse(params, x, y).astype(jnp.float32), scale, jnp.float32(ds.fin_steps)])
