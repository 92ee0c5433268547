# expect: wrong_answer
import jax
import jax.numpy as jnp
import optax
from flax import nnx


def loss_fn(model, x, y):
    k, b = model.kernel[...].astype(jnp.bfloat16), model.bias[...].astype(jnp.bfloat16)
    return jnp.mean((x.astype(jnp.bfloat16) @ k + b - y.astype(jnp.bfloat16)) ** 2)


def accumulated_step(seed, x, y, lr, micro_batches):
    model = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    opt = nnx.Optimizer(model, optax.sgd(lr), wrt=nnx.Param)
    n = x.shape[0] // micro_batches
    edges = list(range(0, x.shape[0], n))          # where parts begin
    total = jax.tree.map(jnp.zeros_like, nnx.state(model, nnx.Param))
    for lo, hi in zip(edges, edges[1:]):           # ... and end
        total = jax.tree.map(jnp.add, total, nnx.grad(loss_fn)(model, x[lo:hi], y[lo:hi]))
    opt.update(model, jax.tree.map(lambda t: t / micro_batches, total))
    return loss_fn(model, x, y).astype(jnp.float32).reshape(1)
