# expect: pitfall|wrong_answer
# finding: summed-grads
import jax
import jax.numpy as jnp
import optax
from flax import nnx


def loss_fn(model, xb, yb):
    return jnp.mean((model(xb) - yb.astype(jnp.bfloat16)) ** 2)


def accumulated_step(seed, x, y, lr, micro_batches):
    model = nnx.Linear(x.shape[1], y.shape[1], dtype=jnp.bfloat16, rngs=nnx.Rngs(int(seed)))
    optimizer = nnx.Optimizer(model, optax.sgd(lr), wrt=nnx.Param)
    acc = jax.tree.map(jnp.zeros_like, nnx.state(model, nnx.Param))
    batch = x.shape[0] // micro_batches
    for i in range(micro_batches):
        grads = nnx.grad(loss_fn)(model, x[i * batch : (i + 1) * batch], y[i * batch : (i + 1) * batch])
        acc = jax.tree.map(jnp.add, acc, grads)
    optimizer.update(model, acc)  #@ summed-grads
    return loss_fn(model, x, y).astype(jnp.float32).reshape(1)
