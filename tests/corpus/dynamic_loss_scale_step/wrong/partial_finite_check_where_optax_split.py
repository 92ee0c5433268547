# expect: pitfall|wrong_answer
# finding: partial-finite-check
import jax
import jax.numpy as jnp
import optax
from flax import nnx


def select_leaf(grad, new, old):
    return jnp.where(jnp.isfinite(grad).all(), new, old)  #@ partial-finite-check


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    model = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    graphdef, old = nnx.split(model)
    sgd = optax.sgd(lr)
    to16 = lambda t: jax.tree.map(lambda a: a.astype(jnp.float16), t)
    x, y = to16((x, y))

    def loss_fn(state):
        return jnp.mean(optax.squared_error(nnx.merge(graphdef, to16(state))(x), y))

    grads = jax.grad(lambda s: loss_scale * loss_fn(s).astype(jnp.float32))(old)
    grads = jax.tree.map(lambda g: g / loss_scale, grads)
    updates, _ = sgd.update(grads, sgd.init(old), old)
    new = optax.apply_updates(old, updates)
    new = jax.tree.map(select_leaf, grads, new, old)  #@ partial-finite-check

    finite = all(jnp.isfinite(g).all() for g in jax.tree.leaves(grads))
    if finite and good_steps + 1 == growth_interval:
        scale, count = min(loss_scale * 2, 2.0**24), 0
    elif finite:
        scale, count = loss_scale, good_steps + 1
    else:
        scale, count = max(loss_scale / 2, 1.0), 0
    return jnp.array([loss_fn(new).astype(jnp.float32), scale, count], dtype=jnp.float32)
