# expect: pitfall|wrong_answer
# finding: low-precision-accumulator
import jax
import jax.numpy as jnp
import optax
from flax import nnx


def mse(half, x, y):
    return jnp.mean((x.astype(jnp.bfloat16) @ half["w"] + half["b"] - y.astype(jnp.bfloat16)) ** 2)


def accumulated_step(seed, x, y, lr, micro_batches):
    layer = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    masters = {"w": layer.kernel[...], "b": layer.bias[...]}
    half = jax.tree.map(lambda p: p.astype(jnp.bfloat16), masters)
    tx = optax.MultiSteps(optax.sgd(lr), micro_batches)
    state = tx.init(masters)
    for part in zip(jnp.split(x, micro_batches), jnp.split(y, micro_batches)):
        grads = jax.grad(mse)(half, *part)
        updates, state = tx.update(grads, state, masters)  #@ low-precision-accumulator
    masters = optax.apply_updates(masters, updates)
    half = jax.tree.map(lambda p: p.astype(jnp.bfloat16), masters)
    return mse(half, x, y).astype(jnp.float32).reshape(1)
