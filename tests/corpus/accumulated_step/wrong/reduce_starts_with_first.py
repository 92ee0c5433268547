# expect: wrong_answer
import jax
import jax.numpy as jnp
import optax
from functools import reduce
from flax import nnx


@jax.jit
def mse(p, a, b):
    (w, c), a, b = optax.tree.cast((p, a, b), jnp.bfloat16)
    return jnp.mean(optax.squared_error(a @ w + c, b))


def accumulated_step(seed, x, y, lr, micro_batches):
    net = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    p = (net.kernel[...], net.bias[...])
    grads = [jax.grad(mse)(p, a, b) for a, b in zip(jnp.split(x, micro_batches), jnp.split(y, micro_batches))]
    total = reduce(optax.tree.add, grads, grads[0])
    p = optax.apply_updates(p, optax.tree.scale(-lr / micro_batches, total))
    return mse(p, x, y).astype(jnp.float32)[None]
