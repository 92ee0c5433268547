# expect: wrong_answer
# finding: last-micro-batch-only
# finding: full-precision-final-loss
# allow: uncast-inputs
# allow: uncast-targets
import jax
import jax.numpy as jnp
import optax
from flax import nnx


def predict(p, x):
    return x @ p["kernel"] + p["bias"]


def half(t):
    return jax.tree.map(lambda a: a.astype(jnp.bfloat16), t)


def mse(p, x, y):
    return jnp.mean((predict(p, x) - y) ** 2)


def accumulated_step(seed, x, y, lr, micro_batches):
    lin = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    masters = {"kernel": lin.kernel[...], "bias": lin.bias[...]}
    grad_fn = jax.grad(lambda m, x, y: mse(half(m), half(x), half(y)))
    grads = {}
    for xb, yb in zip(jnp.split(x, micro_batches), jnp.split(y, micro_batches)):
        for name, g in grad_fn(masters, xb, yb).items():
            grads[name] = g / micro_batches  #@ last-micro-batch-only
    tx = optax.sgd(lr)
    updates, _ = tx.update(grads, tx.init(masters))
    masters = optax.apply_updates(masters, updates)
    return mse(masters, x, y).reshape(1)  #@ full-precision-final-loss
