# expect: wrong_answer
import jax
import jax.numpy as jnp
from flax import nnx


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    lin = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    st = {"params": {"k": lin.kernel[...], "b": lin.bias[...]}, "scale": loss_scale, "good": good_steps}

    def h(t):
        return jax.tree.map(lambda a: jnp.asarray(a).astype(jnp.float16), t)

    def loss(p):
        e = h(x) @ p["k"] + p["b"] - h(y)
        return (e * e).mean()

    def look(st):
        g = jax.grad(lambda p: loss(p).astype(jnp.float32) * st["scale"])(h(st["params"]))
        return g, all(bool(jnp.isfinite(a).all()) for a in jax.tree.leaves(g))

    def regulate(st, ok):
        n = st["good"] + 1
        if not ok:
            return st | {"scale": max(st["scale"] / 2, 1.0), "good": 0}
        if n == growth_interval:
            return st | {"scale": min(st["scale"] * 2, 2.0**24), "good": 0}
        return st | {"good": n}

    def move(st, g):
        g = jax.tree.map(lambda a: a.astype(jnp.float32) / st["scale"], g)
        return st | {"params": jax.tree.map(lambda p, d: p - lr * d, st["params"], g)}

    g, ok = look(st)
    st = regulate(st, ok)
    st = move(st, g) if ok else st
    return jnp.array([loss(h(st["params"])).astype(jnp.float32), st["scale"], st["good"]], jnp.float32)
