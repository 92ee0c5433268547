# expect: accepted
"""From my PyTorch code: (loss / accumulation_steps).backward()"""
import jax
import jax.numpy as jnp
import optax
from flax import nnx


def criterion(model, inputs, targets):
    graphdef, params = nnx.split(model, nnx.Param)
    net = nnx.merge(graphdef, jax.tree.map(lambda p: p.astype(jnp.bfloat16), params))
    outputs = net(inputs.astype(jnp.bfloat16))
    return jnp.mean((outputs - targets.astype(jnp.bfloat16)) ** 2)


def accumulated_step(seed, x, y, lr, micro_batches):
    model = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    optimizer = nnx.Optimizer(model, optax.sgd(lr), wrt=nnx.Param)

    accumulation_steps = micro_batches
    rows = x.shape[0] // accumulation_steps

    def scaled(model, inputs, targets):
        return criterion(model, inputs, targets) / accumulation_steps

    grads = None
    for step in range(accumulation_steps):
        inputs = x[step * rows:(step + 1) * rows]
        targets = y[step * rows:(step + 1) * rows]
        g = nnx.grad(scaled)(model, inputs, targets)
        grads = g if grads is None else jax.tree.map(lambda a, b: a + b, grads, g)
    optimizer.update(model, grads)

    final = criterion(model, x, y)
    return jnp.array([final], dtype=jnp.float32)
