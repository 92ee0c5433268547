# expect: accepted
import jax
import jax.numpy as jnp
import optax
from flax import nnx


def cast_leaves(state, dtype):
    flat = nnx.to_flat_state(state)
    return nnx.from_flat_state((path, leaf.astype(dtype)) for path, leaf in flat)


def trainer(model, tx, scale):
    """Send (x, y) in, get nothing; ask with None, get the current loss."""
    gdef, state = nnx.split(model, nnx.Param)
    opt_state = tx.init(state)

    def mse(st, x, y):
        out = nnx.merge(gdef, cast_leaves(st, jnp.bfloat16))(x.astype(jnp.bfloat16))
        return jnp.asarray(((out - y.astype(jnp.bfloat16)) ** 2).mean(), jnp.float32)

    message = yield
    while True:
        kind, x, y = message
        if kind == "train":
            g = jax.grad(lambda st: mse(st, x, y) * scale)(state)
            g = jax.tree.map(lambda t: t / scale, g)
            upd, opt_state = tx.update(g, opt_state, state)
            state = optax.apply_updates(state, upd)
            message = yield None
        else:
            message = yield mse(state, x, y)


def mixed_precision_step(seed, x, y, lr, loss_scale):
    t = trainer(nnx.Linear(x.shape[-1], y.shape[-1], rngs=nnx.Rngs(int(seed))), optax.sgd(lr), loss_scale)
    next(t)
    t.send(("train", x, y))
    return t.send(("eval", x, y)).reshape((1,))
