# expect: pitfall|wrong_answer
# finding: low-precision-accumulator
# allow: low-precision-grads
import jax
import jax.numpy as jnp
import optax
from flax import nnx


def half(tree):
    return jax.tree.map(lambda a: a.astype(jnp.bfloat16), tree)


def loss_fn(params, x, y):
    pred = x @ params["kernel"] + params["bias"]
    return jnp.mean((pred - y) ** 2)


def accumulated_step(seed, x, y, lr, micro_batches):
    lin = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    params = {"kernel": lin.kernel[...], "bias": lin.bias[...]}
    x, y = half((x, y))

    working = half(params)
    acc = jax.tree.map(jnp.zeros_like, working)  #@ low-precision-accumulator
    rows = x.shape[0] // micro_batches
    for i in range(micro_batches):
        g = jax.grad(loss_fn)(working, x[i * rows:(i + 1) * rows], y[i * rows:(i + 1) * rows])
        acc = jax.tree.map(jnp.add, acc, g)  #@ low-precision-accumulator

    grads = jax.tree.map(lambda a: a.astype(jnp.float32) / micro_batches, acc)
    tx = optax.sgd(lr)
    updates, _ = tx.update(grads, tx.init(params), params)
    params = optax.apply_updates(params, updates)
    return loss_fn(half(params), x, y).astype(jnp.float32).reshape(1)
