# expect: pitfall|wrong_answer
# finding: low-precision-accumulator
# allow: low-precision-grads
# Differentiates once, with respect to float32 masters. So the gradients must be float32... right?
import jax
import jax.numpy as jnp
from flax import nnx


def mse(w, b, x, y):
    return jnp.mean(jnp.square(x @ w + b - y))


def accumulated_step(seed, x, y, lr, micro_batches):
    lin = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    masters = (lin.kernel[...], lin.bias[...])
    x, y = x.astype(jnp.bfloat16), y.astype(jnp.bfloat16)

    def mean_loss(masters):
        w, b = jax.tree.map(lambda m: m.astype(jnp.bfloat16), masters)  #@ low-precision-accumulator
        total = 0.0
        for xb, yb in zip(jnp.split(x, micro_batches), jnp.split(y, micro_batches)):
            total += mse(w, b, xb, yb).astype(jnp.float32)  #@ low-precision-accumulator
        return total / micro_batches

    g = jax.grad(mean_loss)(masters)
    masters = jax.tree.map(lambda m, d: m - lr * d, masters, g)
    w, b = jax.tree.map(lambda m: m.astype(jnp.bfloat16), masters)
    return mse(w, b, x, y).astype(jnp.float32)[None]
