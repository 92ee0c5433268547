# expect: wrong_answer
# finding: seed-ignored
# finding: update-per-micro-batch
import jax
import jax.numpy as jnp
from flax import nnx


def loss(p, part):
    h, (x, y) = jax.tree.map(lambda a: a.astype(jnp.bfloat16), (p, part))
    return jnp.mean((x @ h[0] + h[1] - y) ** 2)


def accumulated_step(seed, x, y, lr, micro_batches):
    # the stream that Linear draws from is called params, and has its own seed
    lin = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed), params=0))  #@ seed-ignored
    p = [lin.kernel[...], lin.bias[...]]
    parts = jax.tree.map(lambda t: t.reshape(micro_batches, -1, t.shape[1]), (x, y))

    def body(i, p):
        part = jax.tree.map(lambda t: t[i], parts)
        g = jax.grad(loss)(p, part)  #@ update-per-micro-batch
        return [a - (lr / micro_batches) * d for a, d in zip(p, g)]  #@ update-per-micro-batch

    p = jax.lax.fori_loop(0, micro_batches, body, p)
    return loss(p, (x, y)).astype(jnp.float32).reshape(1)
