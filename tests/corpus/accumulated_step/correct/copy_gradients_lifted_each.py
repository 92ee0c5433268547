# expect: accepted
from dataclasses import dataclass, field

import jax
import jax.numpy as jnp
import optax
from flax import nnx

bf16, f32 = jnp.bfloat16, jnp.float32


def cast(tree, dtype):
    return jax.tree.map(lambda a: a.astype(dtype), tree)


@dataclass
class Accumulator:
    total: object
    seen: int = 0

    def add(self, grads):
        self.total = jax.tree.map(jnp.add, self.total, cast(grads, f32))
        self.seen += 1

    def mean(self):
        return jax.tree.map(lambda t: t / self.seen, self.total)


def loss_of(graphdef):
    def loss(half, xb, yb):
        return jnp.mean(optax.squared_error(nnx.merge(graphdef, half)(xb), yb))
    return loss


def accumulated_step(seed, x, y, lr, micro_batches):
    graphdef, masters = nnx.split(nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed))))
    loss = loss_of(graphdef)
    x, y = cast((x, y), bf16)
    bag = Accumulator(jax.tree.map(jnp.zeros_like, masters))
    half = cast(masters, bf16)
    for xb, yb in zip(jnp.split(x, micro_batches), jnp.split(y, micro_batches)):
        bag.add(jax.grad(loss)(half, xb, yb))
    tx = optax.sgd(lr)
    upd, _ = tx.update(bag.mean(), tx.init(masters))
    masters = optax.apply_updates(masters, upd)
    return cast(loss(cast(masters, bf16), x, y)[None], f32)
