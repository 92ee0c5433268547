# expect: wrong_answer
import jax
import jax.numpy as jnp
import optax
from flax import nnx


def loss_fn(model, xb, yb):
    graphdef, state = nnx.split(model, nnx.Param)
    half = nnx.merge(graphdef, jax.tree.map(lambda p: p.astype(jnp.bfloat16), state))
    return jnp.mean(jnp.square(half(xb.astype(jnp.bfloat16)) - yb.astype(jnp.bfloat16)))


def accumulated_step(seed, x, y, lr, micro_batches):
    model = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    optimizer = nnx.Optimizer(model, optax.sgd(lr), wrt=nnx.Param)
    xs = jnp.split(x, micro_batches)
    ys = jnp.split(y, micro_batches)
    grad_fn = nnx.grad(loss_fn)

    # start with the first gradient, to have the right structure
    total = grad_fn(model, xs[0], ys[0])
    for xb, yb in zip(xs, ys):
        total = jax.tree.map(jnp.add, total, grad_fn(model, xb, yb))

    optimizer.update(model, jax.tree.map(lambda t: t / micro_batches, total))
    return loss_fn(model, x, y).astype(jnp.float32).reshape(1)
