# expect: pitfall|wrong_answer
# finding: stale-loss
import jax
import jax.numpy as jnp
from flax import nnx


def mixed_precision_step(seed, x, y, lr, loss_scale):
    lin = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    half = lambda t: jax.tree.map(lambda a: a.astype(jnp.bfloat16), t)

    def loss_fn(p):
        (w, b), xh, yh = half((p, x, y))
        loss = jnp.mean(jnp.square(xh @ w + b - yh)).astype(jnp.float32)
        return loss * loss_scale, loss

    def body(p, last):
        grads, loss = jax.grad(loss_fn, has_aux=True)(p)
        step = jnp.where(last, 0.0, lr)
        return jax.tree.map(lambda a, g: a - step * (g / loss_scale), p, grads), loss

    p, losses = jax.lax.scan(body, (lin.kernel[...], lin.bias[...]), jnp.array([False, True]))
    return losses[:1]  #@ stale-loss
