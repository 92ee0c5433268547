# expect: accepted
import jax
import jax.numpy as jnp
import optax
from flax import nnx


def forward_loss(model, x, y):
    graphdef, state = nnx.split(model, nnx.Param)
    low = nnx.merge(graphdef, jax.tree.map(lambda a: a.astype(jnp.bfloat16), state))
    return jnp.mean((low(x.astype(jnp.bfloat16)) - y.astype(jnp.bfloat16)) ** 2)


def accumulated_step(seed, x, y, lr, micro_batches):
    model = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    optimizer = nnx.Optimizer(model, optax.sgd(lr), wrt=nnx.Param)
    grad_sum = jax.tree.map(jnp.zeros_like, nnx.state(model, nnx.Param))
    for xb, yb in zip(jnp.split(x, micro_batches), jnp.split(y, micro_batches)):
        def scaled(m):
            return forward_loss(m, xb, yb).astype(jnp.float32) / micro_batches
        grad_sum = jax.tree.map(jnp.add, grad_sum, nnx.grad(scaled)(model))
    optimizer.update(model, grad_sum)
    final = forward_loss(model, x, y)
    return jnp.asarray([final], dtype=jnp.float32)
