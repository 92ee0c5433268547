# expect: wrong_answer
# allow: low-precision-accumulator
import jax
import jax.numpy as jnp
import optax
from flax import nnx


class TrainStep:
    def __init__(self, graphdef, tx, micro_batches):
        self.graphdef = graphdef
        self.tx = tx
        self.micro_batches = micro_batches

    def part_loss(self, params, x, y):
        half = jax.tree.map(lambda p: p.astype(jnp.bfloat16), params)
        preds = nnx.merge(self.graphdef, half)(x.astype(jnp.bfloat16))
        return jnp.mean(jnp.square(preds - y.astype(jnp.bfloat16)))

    def objective(self, params, x, y):
        xs = x.reshape(self.micro_batches, -1, x.shape[-1])
        ys = y.reshape(self.micro_batches, -1, y.shape[-1])
        losses = jax.vmap(self.part_loss, in_axes=(None, 0, 0))(params, xs, ys)  #@ low-precision-accumulator
        return losses.astype(jnp.float32).sum()

    def __call__(self, params, x, y):
        grads = jax.grad(self.objective)(params, x, y)  #@ low-precision-accumulator
        grads = jax.tree.map(lambda g: g / self.micro_batches, grads)
        updates, _ = self.tx.update(grads, self.tx.init(params), params)
        return optax.apply_updates(params, updates)


def accumulated_step(seed, x, y, lr, micro_batches):
    model = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    graphdef, params = nnx.split(model, nnx.Param)
    step = TrainStep(graphdef, optax.sgd(lr), micro_batches)
    params = step(params, x, y)
    return step.part_loss(params, x, y).astype(jnp.float32)[None]
