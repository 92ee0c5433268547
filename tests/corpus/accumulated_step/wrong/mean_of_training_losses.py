# expect: wrong_answer
# finding: stale-loss
import jax
import jax.numpy as jnp
import optax
from flax import nnx


def loss_fn(model, x, y):
    return jnp.mean(jnp.square(model(x) - y.astype(jnp.bfloat16)))


def accumulated_step(seed, x, y, lr, micro_batches):
    model = nnx.Linear(x.shape[1], y.shape[1], dtype=jnp.bfloat16, rngs=nnx.Rngs(int(seed)))
    opt = nnx.Optimizer(model, optax.sgd(lr), wrt=nnx.Param)
    losses, total = [], None
    for xs, ys in zip(jnp.split(x, micro_batches), jnp.split(y, micro_batches)):
        l, g = nnx.value_and_grad(loss_fn)(model, xs, ys)
        losses.append(l)  #@ stale-loss
        total = g if total is None else jax.tree.map(jnp.add, total, g)
    opt.update(model, jax.tree.map(lambda t: t / micro_batches, total))
    return jnp.mean(jnp.stack(losses)).astype(jnp.float32).reshape(1)  #@ stale-loss
