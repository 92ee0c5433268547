# expect: pitfall|wrong_answer
# finding: partial-loss-returned
import dataclasses
import jax
import jax.numpy as jnp
import optax
from flax import nnx


@dataclasses.dataclass
class Batches:
    x: jax.Array
    y: jax.Array
    parts: int

    def __len__(self):
        return self.parts

    def __getitem__(self, i):
        if not -self.parts <= i < self.parts:
            raise IndexError(i)
        rows = self.x.shape[0] // self.parts
        start = i % self.parts * rows
        return self.x[start : start + rows], self.y[start : start + rows]


def loss_fn(model, batch):
    x, y = (t.astype(jnp.bfloat16) for t in batch)
    return jnp.mean(jnp.square(model(x) - y))


def accumulated_step(seed, x, y, lr, micro_batches):
    model = nnx.Linear(x.shape[1], y.shape[1], dtype=jnp.bfloat16, rngs=nnx.Rngs(int(seed)))
    opt = nnx.Optimizer(model, optax.sgd(lr), wrt=nnx.Param)
    data = Batches(x, y, micro_batches)
    grads = [nnx.grad(loss_fn)(model, batch) for batch in data]
    opt.update(model, jax.tree.map(lambda *g: sum(g) / len(data), *grads))
    return loss_fn(model, data[-1]).astype(jnp.float32).reshape(1)  #@ partial-loss-returned
