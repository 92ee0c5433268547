# expect: pitfall|wrong_answer
# finding: stale-loss
import jax, jax.numpy as jnp, optax
from flax import nnx


class KerasLike(nnx.Module):
    def __init__(self, i, o, rngs, tx):
        self.dense = nnx.Linear(i, o, dtype=jnp.bfloat16, rngs=rngs)
        self.tx = tx

    def loss(self, dense, x, y):
        return jnp.mean(jnp.square(dense(x) - y))

    def train_on_batch(self, x, y, k):
        opt = nnx.Optimizer(self.dense, self.tx, wrt=nnx.Param)
        grad = nnx.grad(lambda d, a, b: self.loss(d, a, b))
        parts = [grad(self.dense, a, b) for a, b in zip(jnp.split(x, k), jnp.split(y, k))]
        logs = {"loss": self.loss(self.dense, x, y)}  #@ stale-loss
        opt.update(self.dense, jax.tree.map(lambda *g: sum(g) / k, *parts))
        return logs


def accumulated_step(seed, x, y, lr, micro_batches):
    model = KerasLike(x.shape[1], y.shape[1], nnx.Rngs(int(seed)), optax.sgd(lr))
    logs = model.train_on_batch(jnp.asarray(x, jnp.bfloat16), jnp.asarray(y, jnp.bfloat16), micro_batches)
    return logs["loss"].astype(jnp.float32).reshape(1)
