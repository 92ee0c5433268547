# expect: pitfall|wrong_answer
# finding: partial-loss-returned
import jax
import jax.numpy as jnp
from flax import nnx
from jax import lax


def accumulated_step(seed, x, y, lr, micro_batches):
    gd, p0 = nnx.split(nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed))))
    fold = lambda t: t.reshape((micro_batches, t.shape[0] // micro_batches) + t.shape[1:])
    data = (fold(x), fold(y))

    def objective(p, a, b):
        p, a, b = jax.tree.map(lambda t: t.astype(jnp.bfloat16), (p, a, b))
        return jnp.mean(lax.integer_pow(nnx.merge(gd, p)(a) - b, 2))

    def epoch(p, fn, init):
        def body(c, ab):
            v, g = jax.value_and_grad(objective)(p, *ab)
            return fn(c, g), v
        return lax.scan(body, init, data)

    total, _ = epoch(p0, lambda c, g: jax.tree.map(jnp.add, c, g), jax.tree.map(jnp.zeros_like, p0))
    p1 = jax.tree.map(lambda p, t: p - lr * (t / micro_batches), p0, total)
    _, losses = epoch(p1, lambda c, g: c, None)
    return losses[:1].astype(jnp.float32)  #@ partial-loss-returned
