# expect: wrong_answer
import jax
import jax.numpy as jnp
import optax
from flax import nnx


def accumulated_step(seed, x, y, lr, micro_batches):
    lin = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    p = (lin.kernel[...], lin.bias[...])
    inner = optax.chain(optax.scale(1 / micro_batches), optax.sgd(lr))
    tx = optax.MultiSteps(inner, every_k_schedule=micro_batches)
    s = tx.init(p)

    def L(p, a, b):
        (w, c), a, b = jax.tree.map(lambda t: t.astype(jnp.bfloat16), (p, a, b))
        return jnp.mean((a @ w + c - b) ** 2)

    def body(carry, ab):
        p, s = carry
        u, s = tx.update(jax.grad(L)(p, *ab), s, p)
        return (optax.apply_updates(p, u), s), None

    parts = tuple(t.reshape(micro_batches, -1, t.shape[1]) for t in (x, y))
    (p, s), _ = jax.lax.scan(body, (p, s), parts)
    return L(p, x, y).astype(jnp.float32).reshape(1)
