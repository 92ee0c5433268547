# expect: pitfall|wrong_answer
# finding: partial-loss-returned
import jax
import jax.numpy as jnp
import optax
from flax import nnx


def half_model(model):
    graphdef, state = nnx.split(model, nnx.Param)
    return nnx.merge(graphdef, jax.tree.map(lambda p: p.astype(jnp.bfloat16), state))


def loss_fn(model, x, y):
    pred = half_model(model)(x.astype(jnp.bfloat16))
    return jnp.mean((pred - y.astype(jnp.bfloat16)) ** 2)


def accumulated_step(seed, x, y, lr, micro_batches):
    model = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    optimizer = nnx.Optimizer(model, optax.sgd(lr), wrt=nnx.Param)
    loader = list(zip(jnp.split(x, micro_batches), jnp.split(y, micro_batches)))
    accumulated = jax.tree.map(jnp.zeros_like, nnx.state(model, nnx.Param))
    for x, y in loader:  #@ partial-loss-returned
        grads = nnx.grad(loss_fn)(model, x, y)
        accumulated = jax.tree.map(lambda s, g: s + g, accumulated, grads)
    optimizer.update(model, jax.tree.map(lambda s: s / micro_batches, accumulated))
    return loss_fn(model, x, y).astype(jnp.float32)[None]  #@ partial-loss-returned
