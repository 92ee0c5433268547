# expect: pitfall|wrong_answer
# finding: uncast-inputs
from typing import NamedTuple

import jax
import jax.numpy as jnp
import optax
from flax import nnx


class Batch(NamedTuple):
    inputs: jax.Array
    targets: jax.Array

    def to(self, dtype):
        return self._replace(targets=self.targets.astype(dtype))  #@ uncast-inputs

    def parts(self, n):
        return Batch(*(a.reshape(n, -1, a.shape[-1]) for a in self))


def accumulated_step(seed, x, y, lr, micro_batches):
    model = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    graphdef, params = nnx.split(model, nnx.Param)

    def loss_fn(params, batch):
        half = optax.tree.cast(params, jnp.bfloat16)
        batch = batch.to(jnp.bfloat16)
        preds = nnx.merge(graphdef, half)(batch.inputs)  #@ uncast-inputs
        return jnp.mean(jnp.square(preds - batch.targets))

    batch = Batch(x, y)

    def body(acc, part):
        return optax.tree.add(acc, jax.grad(loss_fn)(params, part)), None

    zeros = optax.tree.zeros_like(params)
    total, _ = jax.lax.scan(body, zeros, batch.parts(micro_batches))
    grads = jax.tree.map(lambda t: t / micro_batches, total)

    tx = optax.sgd(lr)
    updates, _ = tx.update(grads, tx.init(params), params)
    params = optax.apply_updates(params, updates)
    return loss_fn(params, batch).astype(jnp.float32).reshape(1)
