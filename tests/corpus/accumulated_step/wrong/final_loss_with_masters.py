# expect: pitfall|wrong_answer
# finding: full-precision-final-loss
import jax
import jax.numpy as jnp
import optax
from flax import nnx


def compute_copy(model):
    graphdef, state = nnx.split(model, nnx.Param)
    half = jax.tree.map(lambda p: p.astype(jnp.bfloat16), state)
    return nnx.merge(graphdef, half)


def mse(model, x, y):
    return jnp.mean((model(x) - y) ** 2)


def accumulated_step(seed, x, y, lr, micro_batches):
    x = x.astype(jnp.bfloat16)
    y = y.astype(jnp.bfloat16)
    model = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    optimizer = nnx.Optimizer(model, optax.sgd(lr), wrt=nnx.Param)
    grad_fn = nnx.grad(lambda m, xb, yb: mse(compute_copy(m), xb, yb))
    size = x.shape[0] // micro_batches
    acc = None
    for i in range(0, x.shape[0], size):
        g = grad_fn(model, x[i:i + size], y[i:i + size])
        acc = g if acc is None else jax.tree.map(jnp.add, acc, g)
    optimizer.update(model, jax.tree.map(lambda a: a / micro_batches, acc))
    return mse(model, x, y).astype(jnp.float32).reshape(1)  #@ full-precision-final-loss
