# expect: wrong_answer
import jax
import jax.numpy as jnp
import optax
from flax import nnx


class DataLoader:
    def __init__(self, *tensors, batch_size):
        self.tensors, self.batch_size = tensors, batch_size

    def __len__(self):
        return self.tensors[0].shape[0] // self.batch_size

    def __iter__(self):
        for i in range(len(self)):
            yield tuple(t[i * self.batch_size:(i + 1) * self.batch_size] for t in self.tensors)


def accumulated_step(seed, x, y, lr, micro_batches):
    model = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    opt = nnx.Optimizer(model, optax.sgd(lr), wrt=nnx.Param)
    loader = DataLoader(x, y, batch_size=micro_batches)

    def loss_fn(m, a, b):
        g, s = nnx.split(m, nnx.Param)
        half = nnx.merge(g, jax.tree.map(lambda p: p.astype(jnp.bfloat16), s))
        return jnp.mean((half(a.astype(jnp.bfloat16)) - b.astype(jnp.bfloat16)) ** 2)

    grads = None
    for a, b in loader:
        g = nnx.grad(loss_fn)(model, a, b)
        grads = g if grads is None else jax.tree.map(jnp.add, grads, g)
    opt.update(model, jax.tree.map(lambda g: g / micro_batches, grads))
    return loss_fn(model, x, y).astype(jnp.float32)[None]
