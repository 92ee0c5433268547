# expect: accepted
import jax
import jax.numpy as jnp
from jax.flatten_util import ravel_pytree
from flax import nnx


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    model = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    # one long float32 vector instead of a tree
    theta, unravel = ravel_pytree({"w": model.kernel[...], "b": model.bias[...]})
    X = jnp.asarray(x, jnp.float16)
    Y = jnp.asarray(y, jnp.float16)

    def f(theta):
        p = unravel(theta)
        z = jnp.matmul(X, p["w"].astype(jnp.float16)) + p["b"].astype(jnp.float16)
        return jnp.mean(jnp.square(jnp.subtract(z, Y)))

    def F(theta):
        return jnp.multiply(f(theta).astype(jnp.float32), loss_scale)

    g = jax.grad(F)(theta) / loss_scale
    ok = jnp.isfinite(g).all().item()
    theta = theta - lr * g if ok else theta

    k = (good_steps + 1) * ok
    s = loss_scale if ok else max(1.0, loss_scale / 2)
    if k == growth_interval:
        s, k = min(s * 2, 2**24), 0
    return jnp.array([f(theta), s, k], dtype=jnp.float32)
