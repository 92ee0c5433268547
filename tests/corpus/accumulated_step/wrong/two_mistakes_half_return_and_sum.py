# expect: pitfall|wrong_answer
# finding: summed-grads
# finding: wrong-output-dtype
import jax, jax.numpy as jnp
from flax import nnx


def accumulated_step(seed, x, y, lr, micro_batches):
    net = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    gd, masters = nnx.split(net, nnx.Param)
    down = lambda t: jax.tree.map(lambda v: v.astype(jnp.bfloat16), t)
    X, Y = down((jnp.asarray(x), jnp.asarray(y)))
    f = lambda m, i: ((nnx.merge(gd, down(m))(X[i]) - Y[i]) ** 2).mean()
    idx = jnp.arange(X.shape[0]).reshape(micro_batches, -1)
    stacked = jax.vmap(lambda i: jax.grad(f)(masters, i))(idx)
    masters = jax.tree.map(lambda m, g: m - lr * g.sum(axis=0), masters, stacked)  #@ summed-grads
    return f(masters, jnp.arange(X.shape[0])).reshape(1)  #@ wrong-output-dtype
