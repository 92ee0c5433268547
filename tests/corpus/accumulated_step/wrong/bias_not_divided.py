# expect: pitfall|wrong_answer
# finding: summed-grads
"""Wrong: only the kernel's sum is divided by the number of parts, the bias moves by its sum."""
import jax
import jax.numpy as jnp
import optax
from flax import nnx


def low(a):
    return a.astype(jnp.bfloat16)


def loss(params, x, y):
    return jnp.mean((low(x) @ low(params["kernel"]) + low(params["bias"]) - low(y)) ** 2)


def accumulated_step(seed, x, y, lr, micro_batches):
    net = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    params = {"kernel": net.kernel[...], "bias": net.bias[...]}
    grads = {name: jnp.zeros_like(p) for name, p in params.items()}
    for xb, yb in zip(jnp.split(x, micro_batches), jnp.split(y, micro_batches)):
        for name, g in jax.grad(loss)(params, xb, yb).items():
            grads[name] += g
    grads = {name: g / micro_batches if g.ndim > 1 else g for name, g in grads.items()}  #@ summed-grads
    tx = optax.sgd(lr)
    updates, _ = tx.update(grads, tx.init(params), params)
    params = optax.apply_updates(params, updates)
    return loss(params, x, y).astype(jnp.float32).reshape(1)
