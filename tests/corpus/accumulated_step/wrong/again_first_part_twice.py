# expect: wrong_answer
# No id: the first part counts twice.
import jax
import jax.numpy as jnp
import optax
from flax import nnx


def accumulated_step(seed, x, y, lr, micro_batches):
    model = nnx.Linear(x.shape[1], y.shape[1], dtype=jnp.bfloat16, rngs=nnx.Rngs(int(seed)))
    opt = nnx.Optimizer(model, optax.sgd(lr), wrt=nnx.Param)
    loss = lambda m, x, y: jnp.mean(jnp.square(m(x) - y.astype(jnp.bfloat16)))
    parts = list(zip(jnp.split(x, micro_batches), jnp.split(y, micro_batches)))
    total = nnx.grad(loss)(model, *parts[0])
    for p in parts:
        total = jax.tree.map(jnp.add, total, nnx.grad(loss)(model, *p))
    opt.update(model, jax.tree.map(lambda t: t / micro_batches, total))
    return loss(model, x, y).astype(jnp.float32).reshape(1)
