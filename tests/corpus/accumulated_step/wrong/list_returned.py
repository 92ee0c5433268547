# expect: wrong_answer
# No id: a list of one number isn't an array.
# allow: wrong-output-shape
# allow: wrong-output-dtype
import jax
import jax.numpy as jnp
import optax
from flax import nnx


def accumulated_step(seed, x, y, lr, micro_batches):
    model = nnx.Linear(x.shape[1], y.shape[1], dtype=jnp.bfloat16, rngs=nnx.Rngs(int(seed)))
    opt = nnx.Optimizer(model, optax.sgd(lr), wrt=nnx.Param)
    loss = lambda m, x, y: jnp.mean(jnp.square(m(x) - y.astype(jnp.bfloat16)))
    total = jax.tree.map(jnp.zeros_like, nnx.state(model))
    for p in zip(jnp.split(x, micro_batches), jnp.split(y, micro_batches)):
        total = jax.tree.map(jnp.add, total, nnx.grad(loss)(model, *p))
    opt.update(model, jax.tree.map(lambda t: t / micro_batches, total))
    return [float(loss(model, x, y))]
