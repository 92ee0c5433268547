# expect: wrong_answer
import jax
import jax.numpy as jnp
from flax import nnx


def mixed_precision_step(seed, x, y, lr, loss_scale):
    model = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))

    def mse(m):
        gd, st = nnx.split(m, nnx.Param)
        st, xs, ys = jax.tree.map(lambda a: a.astype(jnp.bfloat16), (st, x, y))
        return jnp.mean((nnx.merge(gd, st)(xs) - ys) ** 2)

    grads = nnx.grad(lambda m: mse(m).astype(jnp.float32) * loss_scale)(model)
    grads = jax.tree.map(lambda g: g.astype(jnp.float32) / loss_scale, grads)
    model.kernel[...] = model.kernel[...] - lr * grads.kernel[...]
    return mse(model).astype(jnp.float32).reshape(1)
