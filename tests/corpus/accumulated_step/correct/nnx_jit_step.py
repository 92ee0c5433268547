# expect: accepted
import jax
import jax.numpy as jnp
import optax
from flax import nnx


def loss_fn(model, xb, yb):
    graphdef, params = nnx.split(model, nnx.Param)
    params = jax.tree.map(lambda p: p.astype(jnp.bfloat16), params)
    out = nnx.merge(graphdef, params)(xb.astype(jnp.bfloat16))
    return optax.squared_error(out, yb.astype(jnp.bfloat16)).mean()


@nnx.jit
def train_step(model, optimizer, xs, ys):
    grads = nnx.grad(loss_fn)(model, xs[0], ys[0])
    for i in range(1, xs.shape[0]):
        more = nnx.grad(loss_fn)(model, xs[i], ys[i])
        grads = jax.tree.map(jnp.add, grads, more)
    grads = jax.tree.map(lambda g: g / xs.shape[0], grads)
    optimizer.update(model, grads)


@nnx.jit
def eval_step(model, x, y):
    return loss_fn(model, x, y)


def accumulated_step(seed, x, y, lr, micro_batches):
    model = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    optimizer = nnx.Optimizer(model, optax.sgd(lr), wrt=nnx.Param)
    xs = jnp.reshape(x, (micro_batches, -1, x.shape[1]))
    ys = jnp.reshape(y, (micro_batches, -1, y.shape[1]))
    train_step(model, optimizer, xs, ys)
    return eval_step(model, x, y).astype(jnp.float32).reshape((1,))
