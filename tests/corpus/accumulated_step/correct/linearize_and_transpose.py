# expect: accepted
from functools import reduce
import jax, jax.numpy as jnp
from flax import nnx


def gradient(f):
    def g(p):
        out, lin = jax.linearize(f, p)
        return jax.linear_transpose(lin, p)(jnp.ones_like(out))[0]
    return g


def compose(*fs):
    return lambda v: reduce(lambda acc, f: f(acc), fs, v)


def accumulated_step(seed, x, y, lr, micro_batches):
    model = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    theta0 = (model.kernel[...], model.bias[...])
    low = lambda t: jax.tree.map(lambda a: jnp.asarray(a).astype(jnp.bfloat16), t)

    def loss_on(data):
        xi, yi = data
        return compose(
            low,
            lambda wb: xi @ wb[0] + wb[1],
            lambda pred: yi - pred,
            lambda e: e * e,
            jnp.mean,
        )

    whole = low((x, y))
    cut = lambda i: tuple(jnp.split(a, micro_batches)[i] for a in whole)
    plus = lambda s, t: jax.tree.map(jnp.add, s, t)
    total = reduce(plus, (gradient(loss_on(cut(i)))(theta0) for i in range(micro_batches)))
    theta1 = jax.tree.map(lambda t, s: t - lr * s / micro_batches, theta0, total)
    return loss_on(whole)(theta1).astype(jnp.float32).reshape(1)
