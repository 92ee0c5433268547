# expect: pitfall|wrong_answer
# finding: wrong-output-shape
import jax
import jax.numpy as jnp
import optax
from flax import nnx


def mse(pred, target):
    return jnp.mean((pred - target) ** 2, keepdims=True)  #@ wrong-output-shape


def accumulated_step(seed, x, y, lr, micro_batches):
    gd, masters = nnx.split(nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed))))

    def run(masters, a, b):
        masters, a, b = optax.tree.cast((masters, a, b), jnp.bfloat16)
        return mse(nnx.merge(gd, masters)(a), b)

    def gradient(a, b):
        out, pull = jax.vjp(lambda m: run(m, a, b), masters)
        return pull(jnp.ones_like(out))[0]

    total = optax.tree.zeros_like(masters)
    for a, b in zip(jnp.split(x, micro_batches), jnp.split(y, micro_batches)):
        total = optax.tree.add(total, gradient(a, b))
    masters = optax.tree.add_scale(masters, -lr / micro_batches, total)
    return run(masters, x, y).astype(jnp.float32)  #@ wrong-output-shape
