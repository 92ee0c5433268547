# expect: pitfall|wrong_answer
# finding: low-precision-accumulator
import jax
import jax.numpy as jnp
import optax
from flax import nnx

KINDS = dict(compute=jnp.bfloat16, store=jnp.bfloat16, output=jnp.float32)  #@ low-precision-accumulator


def squared(m, xs, ys):
    c = optax.tree.cast((m, xs, ys), KINDS["compute"])
    (w, b), xs, ys = c
    return optax.squared_error(xs @ w + b, ys).mean()


def accumulated_step(seed, x, y, lr, micro_batches):
    lin = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    m = (lin.kernel[...], lin.bias[...])
    tx = optax.MultiSteps(optax.sgd(lr), micro_batches, accumulator_dtype=KINDS["store"])  #@ low-precision-accumulator
    s = tx.init(m)
    for a, b in zip(jnp.split(x, micro_batches), jnp.split(y, micro_batches)):
        u, s = tx.update(jax.grad(squared)(m, a, b), s, m)
        m = optax.apply_updates(m, u)
    return squared(m, x, y).astype(KINDS["output"])[None]
