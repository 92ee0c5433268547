# expect: pitfall|wrong_answer
# finding: uncast-targets
# finding: stale-loss
import jax, jax.numpy as jnp, optax
from dataclasses import dataclass, replace
from flax import nnx


@dataclass
class Dataset:
    features: jax.Array
    labels: jax.Array

    def half(self):
        return replace(self, features=self.features.astype(jnp.bfloat16))  #@ uncast-targets

    def part(self, i, k):
        n = len(self.features) // k
        return Dataset(self.features[i * n:(i + 1) * n], self.labels[i * n:(i + 1) * n])


def accumulated_step(seed, x, y, lr, micro_batches):
    data = Dataset(jnp.asarray(x), jnp.asarray(y)).half()
    gd, w = nnx.split(nnx.Linear(x.shape[1], y.shape[1], dtype=jnp.bfloat16, rngs=nnx.Rngs(int(seed))))
    loss = lambda w, d: jnp.mean((nnx.merge(gd, w)(d.features) - d.labels) ** 2).astype(jnp.bfloat16)
    history = []
    g = [jax.grad(loss)(w, data.part(i, micro_batches)) for i in range(micro_batches)]
    history.append(loss(w, data))  #@ stale-loss
    tx = optax.sgd(lr)
    u, _ = tx.update(jax.tree.map(lambda *v: sum(v) / micro_batches, *g), tx.init(w))
    w = optax.apply_updates(w, u)
    return history[-1].astype(jnp.float32).reshape(1)
