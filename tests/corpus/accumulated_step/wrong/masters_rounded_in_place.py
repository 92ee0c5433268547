# expect: pitfall|wrong_answer
# finding: master-downcast
import jax
import jax.numpy as jnp
import optax
from flax import nnx


def loss_fn(model, x, y):
    kernel = model.kernel[...].astype(jnp.bfloat16)
    bias = model.bias[...].astype(jnp.bfloat16)
    pred = x.astype(jnp.bfloat16) @ kernel + bias
    return jnp.mean((pred - y.astype(jnp.bfloat16)) ** 2)


def accumulated_step(seed, x, y, lr, micro_batches):
    model = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    model.kernel[...] = model.kernel[...].astype(jnp.bfloat16)  #@ master-downcast
    model.bias[...] = model.bias[...].astype(jnp.bfloat16)  #@ master-downcast
    optimizer = nnx.Optimizer(model, optax.sgd(lr), wrt=nnx.Param)
    size = x.shape[0] // micro_batches
    acc = None
    for i in range(micro_batches):
        g = nnx.grad(loss_fn)(model, x[i * size:(i + 1) * size], y[i * size:(i + 1) * size])
        acc = g if acc is None else jax.tree.map(jnp.add, acc, g)
    optimizer.update(model, jax.tree.map(lambda a: a / micro_batches, acc))
    return loss_fn(model, x, y).astype(jnp.float32).reshape(1)
