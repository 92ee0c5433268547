# expect: wrong_answer
# finding: scaled-loss-returned
from functools import partial

import jax
import jax.numpy as jnp
from flax import nnx

BF16 = jnp.bfloat16


@jax.jit
def objective(params, x, y, scale):
    kernel, bias = (p.astype(BF16) for p in params)
    loss = jnp.mean(jnp.square(jnp.matmul(x.astype(BF16), kernel) + bias - y.astype(BF16)))
    return scale * loss.astype(jnp.float32)


def mixed_precision_step(seed, x, y, lr, loss_scale):
    layer = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    params = (layer.kernel[...], layer.bias[...])
    f = partial(objective, x=x, y=y, scale=loss_scale)
    grads = jax.grad(f)(params)
    params = jax.tree.map(lambda p, g: p - (lr / loss_scale) * g, params, grads)
    return f(params).reshape((1,))  #@ scaled-loss-returned
