# expect: accepted
# Looks like the first part counts twice, but the loop begins at the second one.
import jax
import jax.numpy as jnp
import optax
from flax import nnx


def accumulated_step(seed, x, y, lr, micro_batches):
    rngs = nnx.Rngs(int(seed))
    model = nnx.Linear(x.shape[1], y.shape[1], rngs=rngs)
    opt = nnx.Optimizer(model, optax.sgd(learning_rate=lr), wrt=nnx.Param)
    step = x.shape[0] // micro_batches

    def loss(model, sl):
        gd, st = nnx.split(model, nnx.Param)
        net = nnx.merge(gd, jax.tree.map(lambda p: p.astype(jnp.bfloat16), st))
        e = net(x[sl].astype(jnp.bfloat16)) - y[sl].astype(jnp.bfloat16)
        return jnp.mean(e * e)

    grad = nnx.grad(loss)
    total = grad(model, slice(0, step))
    for begin in range(step, x.shape[0], step):
        total = jax.tree.map(jnp.add, total, grad(model, slice(begin, begin + step)))
    opt.update(model, jax.tree.map(lambda t: jnp.divide(t, micro_batches), total))
    return loss(model, slice(None)).astype(jnp.float32).reshape((1,))
