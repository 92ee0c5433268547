# expect: wrong_answer
import jax, jax.numpy as jnp, optax
from flax import nnx


class DataLoader:
    def __init__(self, *tensors, batch_size):
        self.tensors, self.batch_size = tensors, batch_size

    def __len__(self):
        return -(-len(self.tensors[0]) // self.batch_size)

    def __iter__(self):
        for i in range(len(self)):
            yield tuple(t[i * self.batch_size:(i + 1) * self.batch_size] for t in self.tensors)


def accumulated_step(seed, x, y, lr, micro_batches):
    gd, params = nnx.split(nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed))))
    x, y = jnp.asarray(x, jnp.bfloat16), jnp.asarray(y, jnp.bfloat16)
    loader = DataLoader(x, y, batch_size=micro_batches)

    def f(p, a, b):
        return jnp.mean((nnx.merge(gd, jax.tree.map(lambda t: t.astype(jnp.bfloat16), p))(a) - b) ** 2)

    acc = jax.tree.map(jnp.zeros_like, params)
    for a, b in loader:
        acc = jax.tree.map(lambda s, g: s + g / len(loader), acc, jax.grad(f)(params, a, b))
    u, _ = (tx := optax.sgd(lr)).update(acc, tx.init(params))
    return f(optax.apply_updates(params, u), x, y).astype(jnp.float32).reshape(1)
