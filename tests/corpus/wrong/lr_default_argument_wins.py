# expect: wrong_answer
# finding: lr-ignored
import jax
import jax.numpy as jnp
from flax import nnx


def sgd(params, grads, lr=0.1):
    return jax.tree.map(lambda p, g: p - lr * g, params, grads)


def mixed_precision_step(seed, x, y, lr, loss_scale):
    lin = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    params = {"kernel": lin.kernel[...], "bias": lin.bias[...]}

    def loss_fn(params):
        low = jax.tree.map(lambda p: p.astype(jnp.bfloat16), params)
        return jnp.mean((x.astype(jnp.bfloat16) @ low["kernel"] + low["bias"] - y.astype(jnp.bfloat16)) ** 2)

    grads = jax.grad(lambda p: loss_fn(p).astype(jnp.float32) * loss_scale)(params)
    grads = jax.tree.map(lambda g: g / loss_scale, grads)
    params = sgd(params, grads)  #@ lr-ignored
    return loss_fn(params).astype(jnp.float32).reshape((1,))
