# expect: pitfall|wrong_answer
# finding: uncast-inputs
# allow: full-precision-loss
# allow: full-precision-final-loss
import jax
import jax.numpy as jnp
import optax
from flax import nnx


def compute_copy(model):
    graphdef, state = nnx.split(model, nnx.Param)
    return nnx.merge(graphdef, jax.tree.map(lambda p: p.astype(jnp.bfloat16), state))


def loss_fn(model, x, y):
    half = compute_copy(model)
    pred = half(x)  #@ uncast-inputs
    err = pred.astype(jnp.bfloat16) - y.astype(jnp.bfloat16)
    return jnp.mean(err * err)


def accumulated_step(seed, x, y, lr, micro_batches):
    model = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    opt = nnx.Optimizer(model, optax.sgd(lr), wrt=nnx.Param)
    grads = None
    for xb, yb in zip(jnp.split(x, micro_batches), jnp.split(y, micro_batches)):
        g = nnx.grad(loss_fn)(model, xb, yb)
        grads = g if grads is None else jax.tree.map(jnp.add, grads, g)
    opt.update(model, jax.tree.map(lambda g: g / micro_batches, grads))
    return loss_fn(model, x, y).astype(jnp.float32).reshape(1)
