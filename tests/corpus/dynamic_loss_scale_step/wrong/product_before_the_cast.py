# expect: pitfall|wrong_answer
# finding: low-precision-loss-scale
import jax
import jax.numpy as jnp
from flax import nnx


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    lin = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    p = {"w": lin.kernel[...], "b": lin.bias[...]}

    def loss(p):
        h = jax.tree.map(lambda a: a.astype(jnp.float16), {**p, "x": x, "y": y})
        return jnp.mean((h["x"] @ h["w"] + h["b"] - h["y"]) ** 2)

    def scaled(p):
        return (loss(p) * loss_scale).astype(jnp.float32)  #@ low-precision-loss-scale

    g = jax.tree.map(lambda v: v / loss_scale, jax.grad(scaled)(p))
    if all(jnp.isfinite(v).all() for v in g.values()):
        p = {k: p[k] - lr * g[k] for k in p}
        n = good_steps + 1
        s, n = (min(loss_scale * 2, 2.0**24), 0) if n == growth_interval else (loss_scale, n)
    else:
        s, n = max(loss_scale / 2, 1.0), 0
    return jnp.array([loss(p).astype(jnp.float32), s, n], dtype=jnp.float32)
