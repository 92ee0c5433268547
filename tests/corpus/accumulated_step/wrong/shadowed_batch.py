# expect: pitfall|wrong_answer
# finding: partial-loss-returned
import jax
import jax.numpy as jnp
import optax
from flax import nnx


def loss_fn(model, x, y):
    graphdef, state = nnx.split(model, nnx.Param)
    half = nnx.merge(graphdef, jax.tree.map(lambda p: p.astype(jnp.bfloat16), state))
    return jnp.mean((half(x) - y) ** 2)


def accumulated_step(seed, x, y, lr, micro_batches):
    model = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    optimizer = nnx.Optimizer(model, optax.sgd(lr), wrt=nnx.Param)

    x = x.astype(jnp.bfloat16).reshape(micro_batches, -1, x.shape[1])
    y = y.astype(jnp.bfloat16).reshape(micro_batches, -1, y.shape[1])

    grads = jax.tree.map(jnp.zeros_like, nnx.state(model, nnx.Param))
    for x, y in zip(x, y):  #@ partial-loss-returned
        grads = jax.tree.map(jnp.add, grads, nnx.grad(loss_fn)(model, x, y))
    grads = jax.tree.map(lambda g: g / micro_batches, grads)
    optimizer.update(model, grads)

    loss = loss_fn(model, x, y)  #@ partial-loss-returned
    return loss.astype(jnp.float32).reshape(1)
