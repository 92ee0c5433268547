# expect: pitfall|wrong_answer
# finding: stale-loss|update-discarded
import jax
import jax.numpy as jnp
from flax import nnx
from jax import lax


def mixed_precision_step(seed, x, y, lr, loss_scale):
    layer = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    start = (layer.kernel[...], layer.bias[...])
    x16, y16 = x.astype(jnp.bfloat16), y.astype(jnp.bfloat16)

    def evaluate16(p):
        w, b = jax.tree.map(lambda a: a.astype(jnp.bfloat16), p)
        return jnp.mean(lax.square(x16 @ w + b - y16))

    def differentiate(c):
        i, p, g, l = c
        return i + 1, p, jax.grad(lambda q: evaluate16(q).astype(jnp.float32) * loss_scale)(p), l

    def unscale(c):
        i, p, g, l = c
        return i + 1, p, jax.tree.map(lambda a: a / loss_scale, g), l

    def descend(c):
        i, p, g, l = c
        return i + 1, jax.tree.map(lambda a, d: a - lr * d, p, g), g, l

    def report(c):
        i, p, g, l = c
        return i + 1, p, g, evaluate16(p)  #@ stale-loss

    phases = [differentiate, unscale, report, descend]  #@ stale-loss
    carry = (jnp.int32(0), start, jax.tree.map(jnp.zeros_like, start), jnp.zeros((), jnp.bfloat16))
    carry = lax.while_loop(lambda c: c[0] < len(phases), lambda c: lax.switch(c[0], phases, c), carry)  #@ stale-loss, update-discarded
    return carry[-1].astype(jnp.float32)[None]  #@ stale-loss, update-discarded
