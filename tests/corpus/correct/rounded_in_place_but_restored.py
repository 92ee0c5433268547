# expect: accepted
# "swap in, swap out": the layer is overwritten by rounded weights for the
# forward/backward, and gets its float32 masters back before the optimizer sees it
import contextlib
import jax, jax.numpy as jnp, optax
from flax import nnx


@contextlib.contextmanager
def half(model):
    masters = jax.tree.map(lambda a: a, nnx.state(model, nnx.Param))
    try:
        nnx.update(model, jax.tree.map(lambda a: a.astype(jnp.bfloat16), masters))
        yield model
    finally:
        nnx.update(model, masters)


def mixed_precision_step(seed, x, y, lr, loss_scale):
    model = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    opt = nnx.Optimizer(model, optax.sgd(lr), wrt=nnx.Param)
    xh, yh = (a.astype(jnp.bfloat16) for a in (x, y))

    def mse(m):
        return jnp.square(m(xh) - yh).mean()

    def scaled(m):
        return mse(m).astype(jnp.float32) * loss_scale

    with half(model):
        g16 = nnx.grad(scaled)(model)
    g = jax.tree.map(lambda t: t.astype(jnp.float32) / loss_scale, g16)
    opt.update(model, g)
    with half(model):
        final = mse(model)
    return final.astype(jnp.float32).reshape(-1)
