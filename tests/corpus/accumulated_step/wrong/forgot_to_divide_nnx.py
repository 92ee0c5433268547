# expect: wrong_answer
# finding: summed-grads
import jax
import jax.numpy as jnp
import optax
from flax import nnx


def loss_fn(model, x, y):
    graphdef, state = nnx.split(model, nnx.Param)
    half = nnx.merge(graphdef, jax.tree.map(lambda p: p.astype(jnp.bfloat16), state))
    pred = half(x.astype(jnp.bfloat16))
    return jnp.mean((pred - y.astype(jnp.bfloat16)) ** 2)


def accumulated_step(seed, x, y, lr, micro_batches):
    model = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    optimizer = nnx.Optimizer(model, optax.sgd(lr), wrt=nnx.Param)
    batch_size = x.shape[0] // micro_batches

    acc = jax.tree.map(jnp.zeros_like, nnx.state(model, nnx.Param))
    for i in range(micro_batches):
        xb = x[i * batch_size:(i + 1) * batch_size]
        yb = y[i * batch_size:(i + 1) * batch_size]
        grads = nnx.grad(loss_fn)(model, xb, yb)
        acc = jax.tree.map(lambda a, g: a + g, acc, grads)  #@ summed-grads

    optimizer.update(model, acc)  #@ summed-grads
    return loss_fn(model, x, y).astype(jnp.float32).reshape(1)
