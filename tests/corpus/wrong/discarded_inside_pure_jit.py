# expect: wrong_answer
# finding: update-discarded|stale-loss
import jax
import jax.numpy as jnp
import optax
from flax import nnx
from functools import partial


def mse(model, x, y):
    gd, st = nnx.split(model, nnx.Param)
    low = nnx.merge(gd, jax.tree.map(lambda p: p.astype(jnp.bfloat16), st))
    return jnp.mean((low(x.astype(jnp.bfloat16)) - y.astype(jnp.bfloat16)) ** 2)


@partial(jax.jit, static_argnums=(0,))
def train_step(graphdef, state, x, y, scale):
    model, optimizer = nnx.merge(graphdef, state)
    scaled, grads = nnx.value_and_grad(lambda m: mse(m, x, y).astype(jnp.float32) * scale)(model)
    grads = jax.tree.map(lambda g: g / scale, grads)
    optimizer.update(model, grads)  #@ update-discarded
    return scaled / scale  #@ update-discarded


def mixed_precision_step(seed, x, y, lr, loss_scale):
    model = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    optimizer = nnx.Optimizer(model, optax.sgd(lr), wrt=nnx.Param)
    graphdef, state = nnx.split((model, optimizer))
    before = train_step(graphdef, state, x, y, loss_scale)  #@ update-discarded
    after = mse(model, x, y).astype(jnp.float32)  #@ update-discarded, stale-loss
    return after.reshape(1)  #@ update-discarded, stale-loss
