# expect: pitfall|wrong_answer
# finding: partial-finite-check
import jax
import jax.numpy as jnp
from flax import nnx


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    layer = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    w, b = layer.kernel[...], layer.bias[...]

    def mse(w, b):
        e = x.astype(jnp.float16) @ w.astype(jnp.float16) + b.astype(jnp.float16) - y.astype(jnp.float16)
        return jnp.mean(e * e)

    dw, db = jax.grad(lambda w, b: mse(w, b).astype(jnp.float32) * loss_scale, argnums=(0, 1))(w, b)
    dw, db = dw / loss_scale, db / loss_scale
    # the kernel has nearly all of the parameters, and x as a factor
    ok = jnp.all(jnp.isfinite(dw))  #@ partial-finite-check
    w = jnp.where(ok, w - lr * dw, w)
    b = jnp.where(ok, b - lr * db, b)
    n = jnp.where(ok, good_steps + 1, 0)
    s = jnp.where(ok, loss_scale, max(loss_scale / 2, 1.0))
    s = jnp.where(n == growth_interval, jnp.minimum(s * 2, 2.0**24), s)
    n = jnp.where(n == growth_interval, 0, n)
    return jnp.array([mse(w, b).astype(jnp.float32), s, n.astype(jnp.float32)])
