# expect: wrong_answer
# finding: unscaled-grads
# finding: partial-finite-check
import jax
import jax.numpy as jnp
from jax.flatten_util import ravel_pytree
from flax import nnx


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    lin = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    vec, back = ravel_pytree([lin.bias[...], lin.kernel[...]])

    def loss(vec):
        b, k = (a.astype(jnp.float16) for a in back(vec))
        return jnp.mean((x.astype(jnp.float16) @ k + b - y.astype(jnp.float16)) ** 2).astype(jnp.float32)

    g = jax.grad(lambda v: loss(v) * loss_scale)(vec)  #@ unscaled-grads
    ok = bool(jnp.isfinite(g[: y.shape[1]]).all())  #@ partial-finite-check
    if ok:
        vec = vec - lr * g  #@ unscaled-grads
    s, n = (loss_scale, good_steps + 1) if ok else (max(loss_scale / 2, 1.0), 0)
    if n == growth_interval:
        s, n = min(2 * s, 2.0**24), 0
    return jnp.array([loss(vec), s, n], dtype=jnp.float32)
