# expect: pitfall|wrong_answer
# finding: low-precision-accumulator|low-precision-grads
# allow: low-precision-update
import jax
import jax.numpy as jnp
import optax
from flax import nnx


def loss(half, x, y):
    err = x @ half[0] + half[1] - y
    return jnp.mean(err * err)


def to_half(t):
    return jax.tree.map(lambda a: a.astype(jnp.bfloat16), t)


def accumulated_step(seed, x, y, lr, micro_batches):
    lin = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    params = (lin.kernel[...], lin.bias[...])
    x, y = to_half((x, y))
    # MultiSteps keeps its accumulator in float32 by itself
    tx = optax.MultiSteps(optax.sgd(lr), micro_batches)
    state = tx.init(params)
    for xb, yb in zip(jnp.split(x, micro_batches), jnp.split(y, micro_batches)):
        grads = jax.grad(loss)(to_half(params), xb, yb)  #@ low-precision-accumulator, low-precision-grads
        updates, state = tx.update(grads, state, params)  #@ low-precision-accumulator, low-precision-grads
        params = optax.apply_updates(params, updates)
    return loss(to_half(params), x, y).astype(jnp.float32)[None]
