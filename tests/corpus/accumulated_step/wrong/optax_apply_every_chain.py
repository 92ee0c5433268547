# expect: wrong_answer
# finding: summed-grads
# optax.apply_every is the shorter way to do what MultiSteps does
import jax
import jax.numpy as jnp
import optax
from flax import nnx


def objective(model, x, y):
    graph, state = nnx.split(model)
    m = nnx.merge(graph, jax.tree.map(lambda a: a.astype(jnp.bfloat16), state))
    return jnp.mean(jnp.square(m(x.astype(jnp.bfloat16)) - y.astype(jnp.bfloat16)))


def accumulated_step(seed, x, y, lr, micro_batches):
    model = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    tx = optax.chain(optax.apply_every(k=micro_batches), optax.sgd(lr))  #@ summed-grads
    opt = nnx.Optimizer(model, tx, wrt=nnx.Param)
    for xb, yb in zip(jnp.split(x, micro_batches), jnp.split(y, micro_batches)):
        opt.update(model, nnx.grad(objective)(model, xb, yb))  #@ summed-grads
    return objective(model, x, y).astype(jnp.float32)[None]
