# expect: pitfall|wrong_answer
# allow: low-precision-loss-scale
import jax
import jax.numpy as jnp
from flax import nnx


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    state = nnx.state(nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed))))
    params = jax.tree.map(jnp.copy, nnx.to_pure_dict(state))
    half = lambda a: a.astype(jnp.float16)

    def loss(p):
        return ((half(x) @ half(p["kernel"]) + half(p["bias"]) - half(y)) ** 2).mean()

    g = jax.grad(lambda p: loss(p).astype(jnp.float32) * loss_scale)(params)
    g = {n: v / loss_scale for n, v in g.items()}
    finite = all([jnp.isfinite(v).all() for v in g.values()])
    if finite:
        params = {n: v - lr * g[n] for n, v in params.items()}
        good_steps += 1
        if good_steps == growth_interval:
            loss_scale, good_steps = min(loss_scale * 2, 2.0**24), 0
    else:
        loss_scale, good_steps = max(loss_scale / 2, 1.0), 0
    return jnp.array([loss(params), loss_scale, good_steps]).astype(jnp.float32)  #@ low-precision-loss-scale
