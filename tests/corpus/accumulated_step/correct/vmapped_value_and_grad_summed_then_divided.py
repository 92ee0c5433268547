# expect: accepted
import jax
import jax.numpy as jnp
from flax import nnx


def cast(tree):
    return jax.tree.map(lambda a: jnp.asarray(a, jnp.bfloat16), tree)


def mse(params, batch):
    (w, b), (x, y) = cast(params), cast(batch)
    return jnp.mean((x @ w + b - y) ** 2)


def accumulated_step(seed, x, y, lr, micro_batches):
    lin = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    params = (lin.kernel[...], lin.bias[...])
    cut = lambda a: jnp.stack(jnp.split(a, micro_batches))
    losses, grads = jax.vmap(jax.value_and_grad(mse), (None, 0))(params, (cut(x), cut(y)))
    grads = jax.tree.map(lambda g: jnp.sum(g, axis=0) / micro_batches, grads)
    params = jax.tree.map(lambda p, g: p - lr * g, params, grads)
    return mse(params, (x, y)).astype(jnp.float32).reshape(1)
