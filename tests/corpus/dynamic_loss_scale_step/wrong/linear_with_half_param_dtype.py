# expect: wrong_answer
# finding: master-downcast
# allow: low-precision-update
import jax
import jax.numpy as jnp
import optax
from flax import nnx


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    model = nnx.Linear(
        x.shape[1],
        y.shape[1],
        dtype=jnp.float16,
        param_dtype=jnp.float16,  #@ master-downcast
        rngs=nnx.Rngs(int(seed)),
    )
    graphdef, state = nnx.split(model)
    masters = jax.tree.map(lambda p: p.astype(jnp.float32), state)  #@ master-downcast
    tx = optax.sgd(lr)

    def mse(masters):
        half = jax.tree.map(lambda p: p.astype(jnp.float16), masters)
        pred = nnx.merge(graphdef, half)(x.astype(jnp.float16))
        return jnp.mean((pred - y.astype(jnp.float16)) ** 2)

    grads = jax.grad(lambda p: mse(p).astype(jnp.float32) * loss_scale)(masters)
    grads = jax.tree.map(lambda g: g / loss_scale, grads)
    finite = all(jnp.isfinite(g).all() for g in jax.tree.leaves(grads))
    if finite:
        updates, _ = tx.update(grads, tx.init(masters))
        masters = optax.apply_updates(masters, updates)
        scale, count = loss_scale, good_steps + 1
        if count == growth_interval:
            scale, count = min(scale * 2, 2.0**24), 0
    else:
        scale, count = max(loss_scale / 2, 1.0), 0
    return jnp.array([mse(masters).astype(jnp.float32), scale, count], dtype=jnp.float32)
