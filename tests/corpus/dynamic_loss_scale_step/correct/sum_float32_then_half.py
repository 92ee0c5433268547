# expect: accepted
import jax
import jax.numpy as jnp
import optax
from flax import nnx


def mean16(a):
    # what jnp.mean does: add up in float32, round once
    return (jnp.sum(a, dtype=jnp.float32) / a.size).astype(jnp.float16)


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    model = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    state = nnx.state(model, nnx.Param)
    xh, yh = jnp.float16(x), jnp.float16(y)

    def loss_fn(state):
        k, b = jnp.float16(state["kernel"][...]), jnp.float16(state["bias"][...])
        return mean16(jnp.square(xh @ k + b - yh))

    grads = jax.grad(lambda s: jnp.float32(loss_fn(s)) * loss_scale)(state)
    leaves, treedef = jax.tree.flatten(grads)
    leaves = [leaf / loss_scale for leaf in leaves]
    overflowed = sum(int((~jnp.isfinite(leaf)).sum()) for leaf in leaves)
    grads = jax.tree.unflatten(treedef, leaves)

    if overflowed == 0:
        opt = optax.sgd(lr)
        updates, _ = opt.update(grads, opt.init(state), state)
        state = optax.apply_updates(state, updates)

    counter = {False: 0, True: good_steps + 1}[overflowed == 0]
    if overflowed:
        factor = 0.5
    elif counter == growth_interval:
        factor = 2.0
    else:
        factor = 1.0
    scale = min(max(loss_scale * factor, 1.0), 2.0**24)
    if factor != 1.0:
        counter = 0
    return jnp.array([jnp.float32(loss_fn(state)), scale, counter])
