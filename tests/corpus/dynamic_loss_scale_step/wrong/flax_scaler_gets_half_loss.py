# expect: pitfall|wrong_answer
# finding: low-precision-loss-scale
import jax
import jax.numpy as jnp
import optax
from flax import nnx
from flax.training.dynamic_scale import DynamicScale


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    model = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    params = dict(kernel=model.kernel[...], bias=model.bias[...])

    def loss_fn(params):
        p = jax.tree.map(lambda a: a.astype(jnp.float16), params)
        out = x.astype(jnp.float16) @ p["kernel"] + p["bias"]
        return jnp.mean((out - y.astype(jnp.float16)) ** 2)  #@ low-precision-loss-scale

    ds = DynamicScale(growth_interval=growth_interval - 1, minimum_scale=1.0, scale=loss_scale, fin_steps=good_steps)
    ds, finite, _, grads = ds.value_and_grad(loss_fn)(params)  #@ low-precision-loss-scale
    tx = optax.sgd(lr)
    updates, _ = tx.update(grads, tx.init(params), params)
    params = jax.tree.map(lambda p, u: jnp.where(finite, p + u, p), params, updates)
    scale = jnp.minimum(ds.scale, 2.0**24)
    return jnp.stack([loss_fn(params).astype(jnp.float32), jnp.float32(scale), jnp.float32(ds.fin_steps)])
