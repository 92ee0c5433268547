# expect: pitfall|wrong_answer
# finding: wrong-output-dtype
# allow: lr-ignored
import jax
import jax.numpy as jnp
import numpy as np
import optax
from flax import nnx


def make_optimizer(model, learning_rate=0.1):
    return nnx.Optimizer(model, optax.sgd(learning_rate), wrt=nnx.Param)


def make_model(seed, x, y):
    return nnx.Linear(np.shape(x)[1], np.shape(y)[1], rngs=nnx.Rngs(int(seed)))


def bfloat16_loss(model, x, y):
    graphdef, params = nnx.split(model, nnx.Param)
    params = jax.tree.map(lambda p: p.astype(jnp.bfloat16), params)
    net = nnx.merge(graphdef, params)
    return jnp.mean((net(x) - y) ** 2)


def mean_gradient(model, x, y, parts):
    gradient = nnx.grad(bfloat16_loss)
    collected = [gradient(model, xb, yb) for xb, yb in zip(np.split(x, parts), np.split(y, parts))]
    return jax.tree.map(lambda *gs: sum(gs) / len(gs), *collected)


def accumulated_step(seed, x, y, lr, micro_batches):
    model = make_model(seed, x, y)
    optimizer = make_optimizer(model)  #@ lr-ignored
    x = np.asarray(x).astype(jnp.bfloat16)
    y = np.asarray(y).astype(jnp.bfloat16)
    optimizer.update(model, mean_gradient(model, x, y, micro_batches))
    loss = float(bfloat16_loss(model, x, y))
    return np.array([loss])  #@ wrong-output-dtype
