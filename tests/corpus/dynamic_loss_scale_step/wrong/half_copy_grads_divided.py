# expect: pitfall|wrong_answer
# finding: low-precision-unscale
import jax
import jax.numpy as jnp
import optax
from flax import nnx


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    graphdef, masters = nnx.split(nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed))), nnx.Param)
    x = jnp.asarray(x, jnp.float16)
    y = jnp.asarray(y, jnp.float16)

    def to_half(t):
        return jax.tree.map(lambda a: a.astype(jnp.float16), t)

    def loss_fn(half):
        return jnp.mean((nnx.merge(graphdef, half)(x) - y) ** 2).astype(jnp.float32)

    grads = jax.grad(lambda h: loss_fn(h) * loss_scale)(to_half(masters))
    grads = jax.tree.map(lambda g: (g / loss_scale).astype(jnp.float32), grads)  #@ low-precision-unscale
    finite = all(bool(jnp.isfinite(g).all()) for g in jax.tree.leaves(grads))
    if finite:
        masters = jax.tree.map(lambda p, g: p - lr * g, masters, grads)
        good_steps += 1
        if good_steps == growth_interval:
            loss_scale, good_steps = min(loss_scale * 2, 2.0 ** 24), 0
    else:
        loss_scale, good_steps = max(loss_scale / 2, 1.0), 0
    return jnp.array([loss_fn(to_half(masters)), loss_scale, good_steps], dtype=jnp.float32)
