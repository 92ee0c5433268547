# expect: pitfall|wrong_answer
# finding: uncast-targets
import jax
import jax.numpy as jnp
import optax
from flax import nnx


class Loader:
    """x is cast for the matmul, labels need no cast."""

    def __init__(self, x, y, parts, dtype=jnp.bfloat16):
        self.x = jnp.asarray(x).astype(dtype)
        self.y = jnp.asarray(y)  #@ uncast-targets
        self.parts = parts

    def __iter__(self):
        n = len(self.x) // self.parts
        for i in range(self.parts):
            yield self.x[i * n:(i + 1) * n], self.y[i * n:(i + 1) * n]


class Model:
    def __init__(self, seed, d_in, d_out):
        self.graphdef, self.params = nnx.split(nnx.Linear(d_in, d_out, rngs=nnx.Rngs(seed)), nnx.Param)

    def loss(self, params, x, y):
        p16 = jax.tree.map(lambda p: p.astype(jnp.bfloat16), params)
        pred = nnx.merge(self.graphdef, p16)(x)
        return jnp.mean((pred - y) ** 2)  #@ uncast-targets


def accumulated_step(seed, x, y, lr, micro_batches):
    model = Model(int(seed), x.shape[1], y.shape[1])
    loader = Loader(x, y, micro_batches)
    grads = [jax.grad(model.loss)(model.params, xb, yb) for xb, yb in loader]
    mean = jax.tree.map(lambda *gs: sum(gs) / len(gs), *grads)
    tx = optax.sgd(lr)
    updates, _ = tx.update(mean, tx.init(model.params))
    model.params = optax.apply_updates(model.params, updates)
    return model.loss(model.params, loader.x, loader.y).astype(jnp.float32).reshape(1)
