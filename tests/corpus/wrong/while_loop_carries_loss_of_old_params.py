# expect: wrong_answer
# finding: stale-loss
import jax
import jax.numpy as jnp
from flax import nnx


def mixed_precision_step(seed, x, y, lr, loss_scale):
    lin = nnx.Linear(x.shape[-1], y.shape[-1], rngs=nnx.Rngs(int(seed)))
    xh, yh = x.astype(jnp.bfloat16), y.astype(jnp.bfloat16)

    def mse(p):
        w, b = jax.tree.map(lambda a: a.astype(jnp.bfloat16), p)
        return jnp.mean((xh @ w + b - yh) ** 2).astype(jnp.float32)

    def body(carry):
        i, p, _ = carry
        scaled, g = jax.value_and_grad(lambda q: mse(q) * loss_scale)(p)
        p = jax.tree.map(lambda a, d: a - lr * (d / loss_scale), p, g)
        return i + 1, p, scaled / loss_scale  #@ stale-loss

    init = (0, (lin.kernel[...], lin.bias[...]), jnp.float32(0))
    _, params, loss = jax.lax.while_loop(lambda c: c[0] < 1, body, init)
    return loss.reshape(1)  #@ stale-loss
