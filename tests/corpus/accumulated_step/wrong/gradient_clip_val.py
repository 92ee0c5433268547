# expect: wrong_answer
import jax, jax.numpy as jnp, optax
from flax import nnx


class Trainer:
    def __init__(self, *, accumulate_grad_batches, gradient_clip_val=1.0):
        self.k, self.clip = accumulate_grad_batches, gradient_clip_val

    def optimizer(self, lr):
        parts = [optax.sgd(lr)]
        if self.clip:
            parts.insert(0, optax.clip_by_global_norm(self.clip))
        return optax.MultiSteps(optax.chain(*parts), self.k)


def loss(m, a, b):
    return jnp.mean((m(a) - b) ** 2)


def accumulated_step(seed, x, y, lr, micro_batches):
    m = nnx.Linear(x.shape[1], y.shape[1], dtype=jnp.bfloat16, rngs=nnx.Rngs(int(seed)))
    o = nnx.Optimizer(m, Trainer(accumulate_grad_batches=micro_batches).optimizer(lr), wrt=nnx.Param)
    data = [jnp.asarray(v, jnp.bfloat16) for v in (x, y)]
    for batch in zip(*(jnp.split(d, micro_batches) for d in data)):
        o.update(m, nnx.grad(loss)(m, *batch))
    return loss(m, *data).astype(jnp.float32)[None]
