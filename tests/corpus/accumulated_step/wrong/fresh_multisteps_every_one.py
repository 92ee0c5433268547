# expect: wrong_answer
# finding: update-per-micro-batch
# allow: summed-grads
import jax
import jax.numpy as jnp
import optax
from flax import nnx


def loss(p, x, y):
    w, b = p["w"].astype(jnp.bfloat16), p["b"].astype(jnp.bfloat16)
    return jnp.mean(jnp.square(x.astype(jnp.bfloat16) @ w + b - y.astype(jnp.bfloat16)))


def accumulated_step(seed, x, y, lr, micro_batches):
    layer = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    p = {"w": layer.kernel[...], "b": layer.bias[...]}
    # one update at the end
    tx = optax.MultiSteps(optax.sgd(lr), every_k_schedule=1)  #@ update-per-micro-batch
    state = tx.init(p)
    for xb, yb in zip(jnp.split(x, micro_batches), jnp.split(y, micro_batches)):
        updates, state = tx.update(jax.grad(loss)(p, xb, yb), state, p)
        p = optax.apply_updates(p, updates)  #@ update-per-micro-batch
    return loss(p, x, y).astype(jnp.float32)[None]
