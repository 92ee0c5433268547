# expect: pitfall|wrong_answer
# finding: full-precision-final-loss
import functools
import jax
import jax.numpy as jnp
from flax import nnx


def loss(params, x, y, dtype=jnp.result_type(float)):
    params, x, y = jax.tree.map(lambda a: a.astype(dtype), (params, x, y))
    return jnp.mean((x @ params[0] + params[1] - y) ** 2)


train_loss = functools.partial(loss, dtype=jnp.bfloat16)


def accumulated_step(seed, x, y, lr, micro_batches):
    m = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    params = (m.kernel[...], m.bias[...])
    gs = jax.vmap(jax.grad(train_loss), in_axes=(None, 0, 0))(
        params, x.reshape(micro_batches, -1, x.shape[1]), y.reshape(micro_batches, -1, y.shape[1]))
    params = jax.tree.map(lambda p, g: p - lr * g.mean(axis=0), params, gs)
    return loss(params, x, y)[None]  #@ full-precision-final-loss
