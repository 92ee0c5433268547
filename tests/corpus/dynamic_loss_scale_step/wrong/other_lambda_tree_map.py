# expect: wrong_answer
import jax
import jax.numpy as jnp
from flax import nnx


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    params = nnx.to_pure_dict(nnx.state(nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))))
    cast = lambda t: jax.tree.map(lambda a: jnp.asarray(a, jnp.float16), t)
    x, y = cast((x, y))

    def loss(p):
        h = cast(p)
        return jnp.square(x @ h["kernel"] + h["bias"] - y).mean()

    grads = jax.grad(lambda p: loss(p).astype(jnp.float32) * loss_scale)(params)
    grads = jax.tree.map(lambda g: g / loss_scale, grads)
    finite = all(jnp.isfinite(g).all().item() for g in jax.tree.leaves(grads))
    scale, count = loss_scale, good_steps
    if finite:
        params = jax.tree.map(lambda p, g: p - lr * g, params, grads)
        if good_steps + 1 == growth_interval:
            scale = min(loss_scale * 2, 2.0**24)
            count = 0
    else:
        scale = max(loss_scale / 2, 1.0)
        count = 0
    return jnp.array([loss(params).astype(jnp.float32), scale, count], dtype=jnp.float32)
