# expect: accepted
import jax
import jax.numpy as jnp
import optax
from flax import nnx
from collections import deque


def accumulated_step(seed, x, y, lr, micro_batches):
    model = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(params=int(seed)))

    @nnx.jit
    def grad_of(model, x, y):
        return nnx.grad(bf16_loss)(model, x, y)

    queue = deque(zip(jnp.split(x, micro_batches), jnp.split(y, micro_batches)))
    gradients = None
    while queue:
        g = grad_of(model, *queue.pop())       # last part first
        gradients = jax.tree.map(jnp.add, gradients, g) if gradients else g
    gradients = jax.tree.map(lambda v: v / micro_batches, gradients)
    optimizer = nnx.Optimizer(model, optax.sgd(lr), wrt=nnx.Param)
    optimizer.update(model, gradients)
    return bf16_loss(model, x, y).astype(jnp.float32).reshape(1)


def bf16_loss(model, x, y):
    graphdef, params, rest = nnx.split(model, nnx.Param, ...)
    params = jax.tree.map(lambda v: jax.lax.convert_element_type(v, jnp.bfloat16), params)
    out = nnx.merge(graphdef, params, rest)(x.astype(jnp.bfloat16))
    return jnp.mean(jnp.square(out - y.astype(jnp.bfloat16)))
