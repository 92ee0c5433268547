# expect: wrong_answer
# finding: master-downcast
# finding: partial-finite-check
import jax
import jax.numpy as jnp
from flax import nnx


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    lin = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    params = {name: p[...] for name, p in (("kernel", lin.kernel), ("bias", lin.bias))}
    half = lambda t: jax.tree.map(lambda a: a.astype(jnp.float16), t)

    def loss(p):
        p, u, v = half((p, x, y))
        return jnp.mean(jnp.square(u @ p["kernel"] + p["bias"] - v)).astype(jnp.float32)

    g = jax.grad(lambda p: loss(p) * loss_scale)(params)
    g = jax.tree.map(lambda a: a / loss_scale, g)
    finite = not any(bool(jnp.isnan(a).any()) for a in g.values())  #@ partial-finite-check
    if finite:
        params = {k: half(params[k]) - lr * g[k] for k in params}  #@ master-downcast
    scale, count = loss_scale, 0
    if finite and (count := good_steps + 1) == growth_interval:
        scale, count = min(scale * 2, 2.0**24), 0
    elif not finite:
        scale = max(scale / 2, 1.0)
    return jnp.array([loss(params), scale, count], dtype=jnp.float32)
