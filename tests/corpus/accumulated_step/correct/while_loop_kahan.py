# expect: accepted
import jax
import jax.numpy as jnp
from flax import nnx
from jax.flatten_util import ravel_pytree


def accumulated_step(seed, x, y, lr, micro_batches):
    net = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    definition, params = nnx.split(net)
    vec, back = ravel_pytree(params)
    X = x.astype(jnp.bfloat16).reshape((micro_batches, x.shape[0] // micro_batches, -1))
    Y = y.astype(jnp.bfloat16).reshape((micro_batches, y.shape[0] // micro_batches, -1))

    def criterion(v, a, b):
        low = jax.tree.map(lambda q: jnp.asarray(q, jnp.bfloat16), back(v))
        r = nnx.merge(definition, low)(a) - b
        return jnp.average(r * r)

    slope = jax.grad(criterion)

    def unfinished(s):
        return s[0] < micro_batches

    def step(s):
        i, total, comp = s
        term = slope(vec, X[i], Y[i]) - comp
        new = total + term
        return i + 1, new, (new - total) - term

    _, total, _ = jax.lax.while_loop(unfinished, step, (0, jnp.zeros_like(vec), jnp.zeros_like(vec)))
    vec = vec + (-lr) * total / micro_batches
    final = criterion(vec, x.astype(jnp.bfloat16), y.astype(jnp.bfloat16))
    return jnp.full((1,), final, dtype=jnp.float32)
