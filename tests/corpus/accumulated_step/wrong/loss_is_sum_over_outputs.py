# expect: wrong_answer
import jax
import jax.numpy as jnp
from flax import nnx


def half(tree):
    return jax.tree.map(lambda a: a.astype(jnp.bfloat16), tree)


def mse(params, batch):
    p, (x, y) = half(params), half(batch)

    def one_row(x, y):
        e = x @ p["kernel"] + p["bias"] - y
        return jnp.dot(e, e)

    # mean over the rows of the squared error of a row
    return jnp.mean(jax.vmap(one_row)(x, y))


def accumulated_step(seed, x, y, lr, micro_batches):
    lin = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    params = {"kernel": lin.kernel[...], "bias": lin.bias[...]}
    batches = (x.reshape(micro_batches, -1, x.shape[1]), y.reshape(micro_batches, -1, y.shape[1]))
    add = lambda acc, b: (jax.tree.map(jnp.add, acc, jax.grad(mse)(params, b)), None)
    acc, _ = jax.lax.scan(add, jax.tree.map(jnp.zeros_like, params), batches)
    params = jax.tree.map(lambda p, a: p - lr * a / micro_batches, params, acc)
    return mse(params, (x, y)).astype(jnp.float32).reshape(1)
