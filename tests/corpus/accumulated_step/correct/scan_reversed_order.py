# expect: accepted
# Backwards through the parts; the order of a float32 sum doesn't matter.
import jax
import jax.numpy as jnp
from flax import nnx


def accumulated_step(seed, x, y, lr, micro_batches):
    net = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    P = [net.kernel[...], net.bias[...]]
    shape = lambda a: (micro_batches, a.shape[0] // micro_batches, a.shape[1])

    def f(P, x, y):
        K, B = (q.astype(jnp.bfloat16) for q in P)
        return jnp.mean(jnp.square(x.astype(jnp.bfloat16) @ K + B - y.astype(jnp.bfloat16)))

    def tick(c, xy):
        v, g = jax.value_and_grad(f)(P, *xy)
        return [a + b for a, b in zip(c, g)], v

    S, losses_before = jax.lax.scan(tick, [jnp.zeros_like(q) for q in P],
                                    (x.reshape(shape(x)), y.reshape(shape(y))), reverse=True)
    del losses_before
    P = [q - lr * (s / micro_batches) for q, s in zip(P, S)]
    return f(P, x, y).astype(jnp.float32).reshape((1,))
