# expect: pitfall|wrong_answer
# finding: low-precision-unscale
import jax
import jax.numpy as jnp
import optax
from flax import nnx


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    graphdef, masters = nnx.split(nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed))))
    x, y = x.astype(jnp.float16), y.astype(jnp.float16)
    halved = jax.tree.map(lambda p: p.astype(jnp.float16), masters)

    def loss(p):
        return jnp.mean((nnx.merge(graphdef, p)(x) - y) ** 2)

    grads = jax.grad(lambda p: loss(p).astype(jnp.float32) * loss_scale)(halved)
    grads = jax.tree.map(lambda g: (g / loss_scale).astype(jnp.float32), grads)  #@ low-precision-unscale
    finite = all(bool(jnp.all(jnp.isfinite(g))) for g in jax.tree.leaves(grads))
    tx = optax.sgd(lr)
    if finite:
        updates, _ = tx.update(grads, tx.init(masters), masters)
        masters = optax.apply_updates(masters, updates)
        good_steps += 1
        if good_steps == growth_interval:
            loss_scale = min(loss_scale * 2.0, 2.0**24)
            good_steps = 0
    else:
        loss_scale = max(loss_scale / 2.0, 1.0)
        good_steps = 0
    final = loss(jax.tree.map(lambda p: p.astype(jnp.float16), masters))
    return jnp.array([final, loss_scale, good_steps], dtype=jnp.float32)
