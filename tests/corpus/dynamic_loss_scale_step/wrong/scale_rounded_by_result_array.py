# expect: wrong_answer
import jax, jax.numpy as jnp
from flax import nnx


def pack(*values):
    return jnp.array(values).astype(jnp.float32)


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    h = lambda t: jax.tree.map(lambda a: jnp.asarray(a).astype(jnp.float16), t)
    m = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    p = dict(w=m.kernel[...], b=m.bias[...])
    b = h(dict(x=x, y=y))
    loss = lambda p: jnp.mean((b["x"] @ p["w"] + p["b"] - b["y"]) ** 2)
    g = jax.grad(lambda p: loss(p).astype(jnp.float32) * loss_scale)(h(p))
    g = jax.tree.map(lambda t: t.astype(jnp.float32) / loss_scale, g)
    if all(bool(jnp.isfinite(t).all()) for t in g.values()):
        p = {k: p[k] - lr * g[k] for k in p}
        if good_steps + 1 == growth_interval:
            s, n = min(loss_scale * 2, 2.0**24), 0
        else:
            s, n = loss_scale, good_steps + 1
    else:
        s, n = max(loss_scale / 2, 1.0), 0
    return pack(loss(h(p)), s, n)
