# expect: wrong_answer
# finding: update-per-micro-batch
import jax
import jax.numpy as jnp
import optax
from flax import nnx


def forward_loss(net, xb, yb):
    k = net.kernel[...].astype(jnp.bfloat16)
    b = net.bias[...].astype(jnp.bfloat16)
    err = xb.astype(jnp.bfloat16) @ k + b - yb.astype(jnp.bfloat16)
    return jnp.mean(err * err)


def accumulated_step(seed, x, y, lr, micro_batches):
    net = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    sgd = nnx.Optimizer(net, optax.sgd(lr), wrt=nnx.Param)
    running = jax.tree.map(jnp.zeros_like, nnx.state(net, nnx.Param))
    size = x.shape[0] // micro_batches
    for i in range(micro_batches):
        g = nnx.grad(forward_loss)(net, x[i * size:(i + 1) * size], y[i * size:(i + 1) * size])
        running = jax.tree.map(lambda r, g: r + g, running, g)
        sgd.update(net, jax.tree.map(lambda r: r / micro_batches, running))  #@ update-per-micro-batch
    return forward_loss(net, x, y).astype(jnp.float32).reshape(1)
