# expect: accepted
from contextlib import contextmanager
import jax, jax.numpy as jnp, optax
from flax import nnx


class Accelerator:
    def __init__(self, gradient_accumulation_steps):
        self.steps, self.i, self.sync_gradients = gradient_accumulation_steps, 0, False

    @contextmanager
    def accumulate(self):
        self.i += 1
        self.sync_gradients = self.i == self.steps
        yield


def accumulated_step(seed, x, y, lr, micro_batches):
    acc = Accelerator(micro_batches)
    model = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    optimizer = nnx.Optimizer(model, optax.sgd(lr), wrt=nnx.Param)

    def loss_fn(m, inputs, targets):
        gd, st = nnx.split(m, nnx.Param)
        out = nnx.merge(gd, jax.tree.map(lambda p: p.astype(jnp.bfloat16), st))(inputs.astype(jnp.bfloat16))
        return optax.l2_loss(out, targets.astype(jnp.bfloat16)).mean() * 2   # l2_loss has the half in it

    grads = []
    for inputs, targets in zip(jnp.split(jnp.asarray(x), micro_batches), jnp.split(jnp.asarray(y), micro_batches)):
        with acc.accumulate():
            grads.append(nnx.grad(lambda m: loss_fn(m, inputs, targets) / acc.steps)(model))
            if acc.sync_gradients:
                optimizer.update(model, jax.tree.map(lambda *gs: jnp.sum(jnp.stack(gs), 0), *grads))
    return loss_fn(model, jnp.asarray(x), jnp.asarray(y)).astype(jnp.float32)[None]
