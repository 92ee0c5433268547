# expect: wrong_answer|pitfall
# finding: wrong-half-dtype
import jax
import jax.numpy as jnp
import optax
from flax import nnx

HALF = jnp.bfloat16  #@ wrong-half-dtype


def to_half(tree):
    return jax.tree.map(lambda a: jnp.asarray(a, HALF), tree)  #@ wrong-half-dtype


def to_full(tree):
    return jax.tree.map(lambda a: jnp.asarray(a, jnp.float32), tree)


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    graphdef, params = nnx.split(nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed))))
    x, y = to_half((x, y))  #@ wrong-half-dtype
    tx = optax.sgd(lr)

    def loss_fn(params):
        pred = nnx.merge(graphdef, to_half(params))(x)
        return to_full(jnp.mean(jnp.square(pred - y)))

    grads = to_full(jax.grad(lambda p: loss_fn(p) * loss_scale)(params))
    grads = jax.tree.map(lambda g: g / loss_scale, grads)
    finite = jax.tree.reduce(jnp.logical_and, jax.tree.map(lambda g: jnp.isfinite(g).all(), grads))

    updates, _ = tx.update(grads, tx.init(params), params)
    updates = jax.tree.map(lambda u: jnp.where(finite, u, jnp.zeros_like(u)), updates)
    params = optax.apply_updates(params, updates)

    if finite:
        scale, count = loss_scale, good_steps + 1
        if count == growth_interval:
            scale, count = min(scale * 2, 2.0**24), 0
    else:
        scale, count = max(loss_scale / 2, 1.0), 0
    return jnp.array([loss_fn(params), scale, count], dtype=jnp.float32)
