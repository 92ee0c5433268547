# expect: pitfall|wrong_answer
# finding: low-precision-accumulator
import jax
import jax.numpy as jnp
from flax import nnx


def mse(half, x, y):
    return jnp.mean((x.astype(jnp.bfloat16) @ half["w"] + half["b"] - y.astype(jnp.bfloat16)) ** 2)


def accumulated_step(seed, x, y, lr, micro_batches):
    layer = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    masters = {"w": layer.kernel[...], "b": layer.bias[...]}

    def objective(masters):
        half = jax.tree.map(lambda p: p.astype(jnp.bfloat16), masters)  #@ low-precision-accumulator
        parts = zip(jnp.split(x, micro_batches), jnp.split(y, micro_batches))
        return sum(mse(half, *part).astype(jnp.float32) for part in parts)

    total = jax.grad(objective)(masters)
    masters = jax.tree.map(lambda p, t: p - lr * t / micro_batches, masters, total)
    half = jax.tree.map(lambda p: p.astype(jnp.bfloat16), masters)
    return mse(half, x, y).astype(jnp.float32).reshape(1)
