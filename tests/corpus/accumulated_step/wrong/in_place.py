# expect: pitfall|wrong_answer
# finding: master-downcast
import jax
import jax.numpy as jnp
import optax
from flax import nnx


def quantize(a):
    return a.astype(jnp.bfloat16).astype(a.dtype)  #@ master-downcast


def loss_fn(model, xb, yb):
    return jnp.mean((model(xb) - yb.astype(jnp.bfloat16)) ** 2)


def accumulated_step(seed, x, y, lr, micro_batches):
    model = nnx.Linear(x.shape[1], y.shape[1], dtype=jnp.bfloat16, rngs=nnx.Rngs(int(seed)))
    model.kernel[...] = quantize(model.kernel[...])  #@ master-downcast
    model.bias[...] = quantize(model.bias[...])  #@ master-downcast
    optimizer = nnx.Optimizer(model, optax.sgd(lr), wrt=nnx.Param)
    total = jax.tree.map(jnp.zeros_like, nnx.state(model, nnx.Param))
    rows = x.shape[0] // micro_batches
    for i in range(micro_batches):
        xb, yb = x[i * rows : i * rows + rows], y[i * rows : i * rows + rows]
        total = jax.tree.map(jnp.add, total, nnx.grad(loss_fn)(model, xb, yb))
    optimizer.update(model, jax.tree.map(lambda t: t / micro_batches, total))
    return loss_fn(model, x, y).astype(jnp.float32).reshape(1)
