# expect: pitfall|wrong_answer
# finding: low-precision-accumulator
import jax
import jax.numpy as jnp
import optax
from flax import nnx

HALF = jnp.bfloat16


def to(tree, dtype=HALF):
    return jax.tree.map(lambda leaf: leaf.astype(dtype), tree)


def plus(left, right):
    return jax.tree.map(lambda l, r: l + r, left, right)


def accumulate(total, new, dtype=HALF):  #@ low-precision-accumulator
    return to(to(plus(total, new), dtype), jnp.float32)


def loss(params, x, y):
    params, x, y = to(params), to(x), to(y)
    return jnp.mean(optax.squared_error(jnp.dot(x, params["kernel"]) + params["bias"], y))


def accumulated_step(seed, x, y, lr, micro_batches):
    layer = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    params = {"kernel": layer.kernel[...], "bias": layer.bias[...]}
    total = jax.tree.map(jnp.zeros_like, params)
    size = x.shape[0] // micro_batches
    for i in range(micro_batches):
        g = jax.grad(loss)(params, x[i * size:(i + 1) * size], y[i * size:(i + 1) * size])
        total = accumulate(total, g)
    mean = jax.tree.map(lambda t: t / micro_batches, total)
    tx = optax.sgd(lr)
    updates, _ = tx.update(mean, tx.init(params))
    params = optax.apply_updates(params, updates)
    return loss(params, x, y).astype(jnp.float32).reshape((1,))
