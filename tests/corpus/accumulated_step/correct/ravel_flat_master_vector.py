# expect: accepted
import jax
import jax.numpy as jnp
from jax.flatten_util import ravel_pytree
from flax import nnx


class FlatMaster:
    def __init__(self, module):
        tree = {"w": module.kernel.get_value(), "b": module.bias.get_value()}
        self.flat, self.unflatten = ravel_pytree(tree)
        self.buffer = jnp.zeros(self.flat.size, self.flat.dtype)
        self.calls = 0

    def loss(self, flat, x, y):
        # one cast for the entire vector; the slices after it are of bf16
        views = jax.tree.map(lambda v: v, ravel_like(self.unflatten, flat))
        z = jnp.einsum("ni,io->no", x, views["w"]) + views["b"]
        return jnp.square(z - y).mean()

    def add(self, x, y):
        self.buffer = self.buffer.at[:].add(jax.grad(self.loss)(self.flat, x, y))
        self.calls += 1

    def step(self, lr):
        self.flat = self.flat - lr * self.buffer / self.calls


def ravel_like(unflatten, flat):
    return jax.tree.map(lambda v: v.astype(jnp.bfloat16), unflatten(flat))


def accumulated_step(seed, x, y, lr, micro_batches):
    m = FlatMaster(nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed))))
    xs, ys = jnp.asarray(x, "bfloat16"), jnp.asarray(y, "bfloat16")
    size = xs.shape[0] // micro_batches
    for p in range(micro_batches):
        rows = slice(p * size, (p + 1) * size)
        m.add(xs[rows], ys[rows])
    m.step(lr)
    return m.loss(m.flat, xs, ys).astype("float32").reshape(1)
