# expect: accepted
# The way I know it from PyTorch: (loss / accumulation_steps).backward()
import jax
import jax.numpy as jnp
import optax
from flax import nnx


def criterion(net, inputs, targets):
    gdef, params = nnx.split(net)
    net16 = nnx.merge(gdef, jax.tree.map(lambda t: t.astype(jnp.bfloat16), params))
    outputs = net16(inputs.astype(jnp.bfloat16))
    return jnp.mean((outputs - targets.astype(jnp.bfloat16)) ** 2)


def accumulated_step(seed, x, y, lr, micro_batches):
    net = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    optimizer = nnx.Optimizer(net, optax.sgd(lr), wrt=nnx.Param)

    def scaled(net, inputs, targets):
        loss = criterion(net, inputs, targets)
        return loss.astype(jnp.float32) / micro_batches

    grad = jax.tree.map(jnp.zeros_like, nnx.state(net, nnx.Param))      # optimizer.zero_grad()
    bs = x.shape[0] // micro_batches
    for step in range(micro_batches):
        lo, hi = step * bs, step * bs + bs
        g = nnx.grad(scaled)(net, x[lo:hi], y[lo:hi])                   # backward() adds to .grad
        grad = jax.tree.map(lambda a, b: a + b, grad, g)
    optimizer.update(net, grad)                                         # optimizer.step()
    return criterion(net, x, y).astype(jnp.float32).reshape(1)
