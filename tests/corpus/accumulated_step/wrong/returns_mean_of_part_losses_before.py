# expect: wrong_answer
# finding: stale-loss
# allow: full-precision-final-loss
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
    total = jax.tree.map(jnp.zeros_like, nnx.state(model, nnx.Param))
    total_loss = 0.0
    for xb, yb in zip(jnp.split(x, micro_batches), jnp.split(y, micro_batches)):
        loss, grads = nnx.value_and_grad(loss_fn)(model, xb, yb)  #@ stale-loss
        total_loss += loss.astype(jnp.float32)
        total = jax.tree.map(jnp.add, total, grads)
    optimizer.update(model, jax.tree.map(lambda t: t / micro_batches, total))
    return (total_loss / micro_batches).reshape(1)  #@ stale-loss
