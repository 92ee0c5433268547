# expect: wrong_answer
import jax
import jax.numpy as jnp
import optax
from flax import nnx


def loss_fn(model, x, y):
    w = model.kernel[...].astype(jnp.bfloat16)
    b = model.bias[...].astype(jnp.bfloat16)
    return jnp.mean(jnp.square(x.astype(jnp.bfloat16) @ w + b - y.astype(jnp.bfloat16)))


def accumulated_step(seed, x, y, lr, micro_batches):
    model = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    optimizer = nnx.Optimizer(model, optax.sgd(lr), wrt=nnx.Param)
    acc = jax.tree.map(jnp.zeros_like, nnx.state(model, nnx.Param))
    seen = 0
    for xb, yb in zip(jnp.split(x, micro_batches), jnp.split(y, micro_batches)):
        acc = jax.tree.map(jnp.add, acc, nnx.grad(loss_fn)(model, xb, yb))
        seen += xb.shape[0]
    optimizer.update(model, jax.tree.map(lambda a: a / seen, acc))
    return loss_fn(model, x, y).astype(jnp.float32).reshape(1)
