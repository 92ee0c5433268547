# expect: wrong_answer|pitfall
# finding: master-downcast
import functools
import jax
import jax.numpy as jnp
from flax import nnx


def mixed_precision_step(seed, x, y, lr, loss_scale):
    lin = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    master = (lin.kernel[...], lin.bias[...])
    cast = functools.partial(jax.tree.map, lambda a: a.astype(jnp.bfloat16))
    work, xh, yh = cast((master, x, y))

    def mse(work):
        return jnp.mean((xh @ work[0] + work[1] - yh) ** 2)

    raw = jax.grad(lambda w: mse(w).astype(jnp.float32) * loss_scale)(work)
    grad = jax.tree.map(lambda g: g.astype(jnp.float32) / loss_scale, raw)

    # float32: the gradients are, so the difference is
    master = jax.tree.map(  #@ master-downcast
        lambda p, g: p - lr * g,  #@ master-downcast
        work,
        grad,
    )
    return mse(cast(master)).astype(jnp.float32).reshape(1)
