# expect: wrong_answer
import jax
import jax.numpy as jnp
import optax
from flax import nnx


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    graphdef, params = nnx.split(nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed))))
    x, y = x.astype(jnp.float16), y.astype(jnp.float16)

    def loss(p):
        half = jax.tree.map(lambda a: a.astype(jnp.float16), p)
        return jnp.mean((nnx.merge(graphdef, half)(x) - y) ** 2)

    value, grads = jax.value_and_grad(lambda p: loss(p).astype(jnp.float32) * loss_scale)(params)
    grads = jax.tree.map(lambda g: g / loss_scale, grads)
    # the loss and every gradient have to be finite
    finite = all(bool(jnp.isfinite(t).all()) for t in [value, *jax.tree.leaves(grads)])
    tx = optax.sgd(lr)
    if finite:
        u, _ = tx.update(grads, tx.init(params))
        params = optax.apply_updates(params, u)
        good_steps += 1
        if good_steps == growth_interval:
            loss_scale, good_steps = min(loss_scale * 2, 2.0**24), 0
    else:
        loss_scale, good_steps = max(loss_scale / 2, 1.0), 0
    return jnp.array([loss(params), loss_scale, good_steps], dtype=jnp.float32)
