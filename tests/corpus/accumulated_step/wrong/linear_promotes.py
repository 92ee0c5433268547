# expect: pitfall|wrong_answer
# finding: full-precision-forward
import jax
import jax.numpy as jnp
import optax
from flax import nnx


def squared_error(model, x, y):
    return jnp.mean((model(x) - y) ** 2)


def evaluate(model, x, y):
    graphdef, state = nnx.split(model, nnx.Param)
    half = nnx.merge(graphdef, optax.tree.cast(state, jnp.bfloat16))
    return squared_error(half, x, y)


@nnx.jit(static_argnames="micro_batches")
def train(model, optimizer, x, y, micro_batches):
    x = x.reshape(micro_batches, -1, x.shape[-1])
    y = y.reshape(micro_batches, -1, y.shape[-1])
    grad_fn = nnx.grad(squared_error)  #@ full-precision-forward
    grads = grad_fn(model, x[0], y[0])  #@ full-precision-forward
    for i in range(1, micro_batches):
        grads = jax.tree.map(jnp.add, grads, grad_fn(model, x[i], y[i]))  #@ full-precision-forward
    optimizer.update(model, jax.tree.map(lambda g: g / micro_batches, grads))


def accumulated_step(seed, x, y, lr, micro_batches):
    model = nnx.Linear(x.shape[-1], y.shape[-1], rngs=nnx.Rngs(int(seed)))
    optimizer = nnx.Optimizer(model, optax.sgd(lr), wrt=nnx.Param)
    x, y = (jnp.asarray(a, jnp.bfloat16) for a in (x, y))
    train(model, optimizer, x, y, micro_batches=micro_batches)
    return evaluate(model, x, y).astype(jnp.float32)[None]
