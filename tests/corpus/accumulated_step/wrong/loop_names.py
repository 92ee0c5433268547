# expect: pitfall|wrong_answer
# finding: partial-loss-returned
import jax
import jax.numpy as jnp
import optax
from flax import nnx


def loss_fn(model, x, y):
    graphdef, state = nnx.split(model, nnx.Param)
    state = jax.tree.map(lambda p: p.astype(jnp.bfloat16), state)
    prediction = nnx.merge(graphdef, state)(x)
    return jnp.mean(jnp.square(prediction - y))


def accumulated_step(seed, x, y, lr, micro_batches):
    model = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    optimizer = nnx.Optimizer(model, optax.sgd(lr), wrt=nnx.Param)
    x = x.astype(jnp.bfloat16)
    y = y.astype(jnp.bfloat16)

    grads = []
    for x, y in zip(jnp.split(x, micro_batches), jnp.split(y, micro_batches)):  #@ partial-loss-returned
        grads.append(nnx.grad(loss_fn)(model, x, y))

    mean = jax.tree.map(lambda *g: sum(g) / micro_batches, *grads)
    optimizer.update(model, mean)
    return loss_fn(model, x, y).astype(jnp.float32).reshape(1)  #@ partial-loss-returned
