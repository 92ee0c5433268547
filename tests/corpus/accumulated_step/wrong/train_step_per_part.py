# expect: pitfall|wrong_answer
# finding: update-per-micro-batch
import jax
import jax.numpy as jnp
import optax
from flax import nnx


class HalfLinear(nnx.Module):
    def __init__(self, d_in, d_out, rngs):
        self.inner = nnx.Linear(d_in, d_out, dtype=jnp.bfloat16, rngs=rngs)

    def __call__(self, x):
        return self.inner(x)


def loss_fn(model, x, y):
    return ((model(x) - y.astype(jnp.bfloat16)) ** 2).mean()


def make_train_step(parts):
    @nnx.jit
    def train_step(model, optimizer, x, y):
        grads = nnx.grad(loss_fn)(model, x, y)
        # each part contributes its share of the mean
        share = jax.tree.map(lambda g: g / parts, grads)
        optimizer.update(model, share)  #@ update-per-micro-batch

    return train_step


def accumulated_step(seed, x, y, lr, micro_batches):
    model = HalfLinear(x.shape[1], y.shape[1], nnx.Rngs(int(seed)))
    optimizer = nnx.Optimizer(model, optax.sgd(lr), wrt=nnx.Param)
    train_step = make_train_step(micro_batches)
    xs = jnp.split(jnp.asarray(x), micro_batches)
    ys = jnp.split(jnp.asarray(y), micro_batches)
    for xb, yb in zip(xs, ys):
        train_step(model, optimizer, xb, yb)
    return jnp.stack([loss_fn(model, jnp.asarray(x), jnp.asarray(y))]).astype(jnp.float32)
