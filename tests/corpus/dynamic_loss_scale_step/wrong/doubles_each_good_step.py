# expect: wrong_answer
# finding: scale-grown-early
import jax
import jax.numpy as jnp
from flax import nnx


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    lin = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    w = {"k": lin.kernel[...], "b": lin.bias[...]}
    c = lambda a: a.astype(jnp.float16)
    loss = lambda w: jnp.mean((c(x) @ c(w["k"]) + c(w["b"]) - c(y)) ** 2).astype(jnp.float32)
    g = jax.tree.map(lambda v: v / loss_scale, jax.grad(lambda w: loss(w) * loss_scale)(w))
    ok = all(jnp.isfinite(v).all() for v in g.values())
    if ok:
        w = jax.tree.map(lambda a, v: a - lr * v, w, g)
        count = (good_steps + 1) % growth_interval
        scale = min(loss_scale * 2, 2.0**24)  #@ scale-grown-early
    else:
        count, scale = 0, max(loss_scale / 2, 1.0)
    return jnp.array([loss(w), scale, count], jnp.float32)
