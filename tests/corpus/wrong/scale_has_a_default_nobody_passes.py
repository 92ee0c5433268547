# expect: pitfall|wrong_answer
# finding: missing-loss-scale
import jax
import jax.numpy as jnp
import optax
from flax import nnx


def loss_fn(model, x, y, loss_scale=1.0):
    gdef, state = nnx.split(model, nnx.Param)
    state = jax.tree.map(lambda p: p.astype(jnp.bfloat16), state)
    pred = nnx.merge(gdef, state)(x.astype(jnp.bfloat16))
    loss = jnp.mean((pred - y.astype(jnp.bfloat16)) ** 2)
    return loss.astype(jnp.float32) * loss_scale  #@ missing-loss-scale


def mixed_precision_step(seed, x, y, lr, loss_scale):
    model = nnx.Linear(x.shape[-1], y.shape[-1], rngs=nnx.Rngs(int(seed)))
    optimizer = nnx.Optimizer(model, optax.sgd(lr), wrt=nnx.Param)
    grads = nnx.grad(loss_fn)(model, x, y)  #@ missing-loss-scale
    optimizer.update(model, grads)
    return loss_fn(model, x, y).reshape(1)
