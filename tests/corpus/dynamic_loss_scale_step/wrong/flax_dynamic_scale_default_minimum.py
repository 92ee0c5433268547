# expect: wrong_answer
# finding: scale-unbounded
import jax
import jax.numpy as jnp
from flax import nnx
from flax.training.dynamic_scale import DynamicScale


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    lin = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    params = [lin.kernel[...], lin.bias[...]]

    def mse(params):
        k, b, xx, yy = [a.astype(jnp.float16) for a in (*params, x, y)]
        return jnp.mean((xx @ k + b - yy) ** 2).astype(jnp.float32)

    # interval - 1, since DynamicScale grows in the step after
    ds = DynamicScale(growth_interval=growth_interval - 1, fin_steps=good_steps, scale=jnp.float32(loss_scale))  #@ scale-unbounded
    ds, finite, _, grads = ds.value_and_grad(mse)(params)
    params = [jnp.where(finite, p - lr * g, p) for p, g in zip(params, grads)]
    return jnp.array([mse(params), jnp.minimum(ds.scale, 2.0**24), ds.fin_steps], dtype=jnp.float32)
