# expect: pitfall|wrong_answer
# finding: update-per-micro-batch
import jax, jax.numpy as jnp
from flax import nnx


def accumulated_step(seed, x, y, lr, micro_batches):
    lin = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    bf = lambda *ts: tuple(jnp.asarray(t).astype(jnp.bfloat16) for t in ts)

    def loss(wb, a, b):
        w, c, a, b = bf(*wb, a, b)
        return jnp.mean(jnp.square(jnp.einsum("ij,jk", a, w) + c - b))

    sgd = lambda wb, ab: (jax.tree.map(lambda p, g: p - lr / micro_batches * g, wb, jax.grad(loss)(wb, *ab)), None)  #@ update-per-micro-batch
    wb, _ = jax.lax.scan(sgd, (lin.kernel[...], lin.bias[...]), (jnp.stack(jnp.split(x, micro_batches)), jnp.stack(jnp.split(y, micro_batches))))  #@ update-per-micro-batch
    return loss(wb, x, y).astype(jnp.float32)[None]
