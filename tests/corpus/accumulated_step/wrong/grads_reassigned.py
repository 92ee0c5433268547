# expect: wrong_answer|pitfall
# finding: last-micro-batch-only
import jax
import jax.numpy as jnp
import optax
from flax import nnx


def mixed_loss(model, xb, yb):
    graphdef, state = nnx.split(model, nnx.Param)
    state = jax.tree.map(lambda a: a.astype(jnp.bfloat16), state)
    diff = nnx.merge(graphdef, state)(jnp.asarray(xb, jnp.bfloat16)) - jnp.asarray(yb, jnp.bfloat16)
    return (diff * diff).mean()


def accumulated_step(seed, x, y, lr, micro_batches):
    model = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    optimizer = nnx.Optimizer(model, optax.sgd(lr), wrt=nnx.Param)
    xs = jnp.split(x, micro_batches)
    ys = jnp.split(y, micro_batches)
    grads = jax.tree.map(jnp.zeros_like, nnx.state(model, nnx.Param))
    running_loss = 0.0
    for xb, yb in zip(xs, ys):
        loss, grads = nnx.value_and_grad(mixed_loss)(model, xb, yb)  #@ last-micro-batch-only
        running_loss += float(loss)
    grads = jax.tree.map(lambda g: g / micro_batches, grads)
    optimizer.update(model, grads)
    return mixed_loss(model, x, y).astype(jnp.float32).reshape(1)
