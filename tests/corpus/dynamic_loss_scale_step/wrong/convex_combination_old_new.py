# expect: wrong_answer
# finding: masked-by-multiplication
import jax
import jax.numpy as jnp
import optax
from flax import nnx


def lerp(t, a, b):
    """a for t = 0, b for t = 1"""
    return (1.0 - t) * a + t * b  #@ masked-by-multiplication


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    model = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    graphdef, state = nnx.split(model)
    tx = optax.sgd(lr)

    def mse(state):
        net = nnx.merge(graphdef, jax.tree.map(lambda p: p.astype(jnp.float16), state))
        return jnp.mean((net(x.astype(jnp.float16)) - y.astype(jnp.float16)) ** 2)

    grads = jax.grad(lambda s: mse(s).astype(jnp.float32) * loss_scale)(state)
    grads = jax.tree.map(lambda g: g / loss_scale, grads)
    flags = jnp.array([jnp.isfinite(g).all() for g in jax.tree.leaves(grads)])
    t = jnp.min(flags.astype(jnp.float32))

    updates, _ = tx.update(grads, tx.init(state), state)
    stepped = optax.apply_updates(state, updates)
    state = jax.tree.map(lambda old, new: lerp(t, old, new), state, stepped)  #@ masked-by-multiplication

    count = int(t) * (good_steps + 1)
    scale = loss_scale if t == 1 else max(loss_scale / 2, 1.0)
    if count == growth_interval:
        scale = min(scale * 2, 2.0**24)
        count = 0
    return jnp.array([mse(state).astype(jnp.float32), scale, count])
