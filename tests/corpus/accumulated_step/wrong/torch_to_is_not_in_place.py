# expect: pitfall|wrong_answer
# finding: uncast-inputs
import jax, jax.numpy as jnp, optax
from flax import nnx


class Batch:
    def __init__(self, x, y):
        self.x, self.y = jnp.asarray(x), jnp.asarray(y)

    def to(self, dtype):
        self.x.astype(dtype)  #@ uncast-inputs
        self.y = self.y.astype(dtype)
        return self

    def split(self, k):
        return [Batch(a, b) for a, b in zip(jnp.split(self.x, k), jnp.split(self.y, k))]


def accumulated_step(seed, x, y, lr, micro_batches):
    batch = Batch(x, y).to(jnp.bfloat16)
    gd, params = nnx.split(nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed))))

    def loss(p, b):
        out = nnx.merge(gd, jax.tree.map(lambda v: v.astype(jnp.bfloat16), p))(b.x)
        return jnp.mean((out.astype(jnp.bfloat16) - b.y) ** 2)

    gs = [jax.grad(loss)(params, b) for b in batch.split(micro_batches)]
    mean = jax.tree.map(lambda *g: jnp.mean(jnp.stack(g), axis=0), *gs)
    tx = optax.sgd(lr)
    params = optax.apply_updates(params, tx.update(mean, tx.init(params))[0])
    return loss(params, batch).astype(jnp.float32).reshape(1)
