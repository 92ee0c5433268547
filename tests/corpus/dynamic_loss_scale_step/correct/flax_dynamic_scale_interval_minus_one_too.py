# expect: accepted
import jax
import jax.numpy as jnp
from flax import nnx
from flax.training.dynamic_scale import DynamicScale


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    lin = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    theta = lin.kernel[...], lin.bias[...]
    to16 = lambda *a: [jnp.asarray(v).astype(jnp.float16) for v in a]

    def loss(p):
        k, b, xs, ys = to16(*p, x, y)
        return jnp.mean(jnp.square(xs @ k + b - ys)).astype(jnp.float32)

    ds = DynamicScale(growth_interval=growth_interval - 1, fin_steps=good_steps,
                      scale=jnp.float32(loss_scale), minimum_scale=1.0)
    ds, fine, _, grads = ds.value_and_grad(loss)(theta)
    theta = [jnp.where(fine, p - lr * g, p) for p, g in zip(theta, grads)]
    return jnp.array([loss(theta), jnp.minimum(ds.scale, 2.0**24), ds.fin_steps], jnp.float32)
