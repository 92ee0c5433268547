# expect: pitfall|wrong_answer
# finding: low-precision-grads|low-precision-accumulator
import jax
import jax.numpy as jnp
import optax
from flax import nnx

CAST = {True: lambda t: optax.tree.cast(t, jnp.bfloat16), False: lambda t: optax.tree.cast(t, jnp.float32)}
down, up = CAST[True], CAST[False]


def accumulated_step(seed, x, y, lr, micro_batches):
    gd, masters = nnx.split(nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed))), nnx.Param)
    x, y = down((jnp.asarray(x), jnp.asarray(y)))
    loss = lambda c, a, b: jnp.square(nnx.merge(gd, c)(a) - b).mean()
    grad = jax.grad(loss)

    def mean_gradient(copy):
        tx = optax.MultiSteps(optax.identity(), micro_batches)
        memo, out = tx.init(copy), None
        for a, b in zip(jnp.split(x, micro_batches), jnp.split(y, micro_batches)):
            out, memo = tx.update(grad(copy, a, b), memo)  #@ low-precision-accumulator, low-precision-grads
        return up(out)

    g = mean_gradient(down(masters))
    masters = jax.tree.map(lambda p, d: p - lr * d, masters, g)
    return up(loss(down(masters), x, y)).reshape(1)
