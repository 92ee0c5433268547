# expect: pitfall|wrong_answer
# finding: uncast-inputs
# allow: full-precision-final-loss
import jax
import jax.numpy as jnp
import optax
from flax import nnx


def loss_fn(model, x, y):
    g, s = nnx.split(model, nnx.Param)
    half = nnx.merge(g, jax.tree.map(lambda p: p.astype(jnp.bfloat16), s))
    # the model is bfloat16, so the prediction is bfloat16
    pred = half(x)  #@ uncast-inputs
    return jnp.mean((pred - y.astype(jnp.bfloat16)) ** 2)


def accumulated_step(seed, x, y, lr, micro_batches):
    model = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    optimizer = nnx.Optimizer(model, optax.sgd(lr), wrt=nnx.Param)
    total = jax.tree.map(jnp.zeros_like, nnx.state(model, nnx.Param))
    for xb, yb in zip(jnp.split(x, micro_batches), jnp.split(y, micro_batches)):
        total = jax.tree.map(jnp.add, total, nnx.grad(loss_fn)(model, xb, yb))
    optimizer.update(model, jax.tree.map(lambda t: t / micro_batches, total))
    return loss_fn(model, x, y).astype(jnp.float32).reshape(1)
