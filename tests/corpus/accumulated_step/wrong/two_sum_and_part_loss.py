# expect: wrong_answer
# finding: summed-grads
# finding: partial-loss-returned
import jax
import jax.numpy as jnp
import optax
from flax import nnx


def loss_fn(model, x, y):
    g, s = nnx.split(model, nnx.Param)
    half = nnx.merge(g, jax.tree.map(lambda p: p.astype(jnp.bfloat16), s))
    return jnp.mean((half(x.astype(jnp.bfloat16)) - y.astype(jnp.bfloat16)) ** 2)


def accumulated_step(seed, x, y, lr, micro_batches):
    model = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    optimizer = nnx.Optimizer(model, optax.sgd(lr), wrt=nnx.Param)
    size = x.shape[0] // micro_batches
    grads = jax.tree.map(jnp.zeros_like, nnx.state(model, nnx.Param))
    for i in range(micro_batches):
        xb, yb = x[i * size:(i + 1) * size], y[i * size:(i + 1) * size]
        grads = jax.tree.map(jnp.add, grads, nnx.grad(loss_fn)(model, xb, yb))
    optimizer.update(model, grads)  #@ summed-grads
    return loss_fn(model, xb, yb).astype(jnp.float32).reshape(1)  #@ partial-loss-returned
