# expect: accepted
"""Right: jax.vjp in a lax.while_loop whose state is (counter, float32 sum)."""
import jax
import jax.numpy as jnp
from flax import nnx
from jax import lax


def accumulated_step(seed, x, y, lr, micro_batches):
    model = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    params = (model.kernel[...], model.bias[...])
    xs = jnp.stack(jnp.split(x, micro_batches))
    ys = jnp.stack(jnp.split(y, micro_batches))

    def loss(params, x, y):
        w, b = (p.astype(jnp.bfloat16) for p in params)
        e = x.astype(jnp.bfloat16) @ w + b - y.astype(jnp.bfloat16)
        return jnp.mean(e ** 2)

    def go_on(state):
        return state[0] < micro_batches

    def add_part(state):
        i, total = state
        value, pull = jax.vjp(lambda p: loss(p, xs[i], ys[i]), params)
        (g,) = pull(jnp.ones_like(value))
        return i + 1, tuple(t + d for t, d in zip(total, g))

    _, total = lax.while_loop(go_on, add_part, (0, tuple(map(jnp.zeros_like, params))))
    new = tuple(p - lr * (t / micro_batches) for p, t in zip(params, total))
    return loss(new, x, y).astype(jnp.float32)[jnp.newaxis]
