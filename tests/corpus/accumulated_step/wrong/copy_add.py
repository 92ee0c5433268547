# expect: pitfall|wrong_answer
# finding: low-precision-accumulator
import jax
import jax.numpy as jnp
import optax
from flax import nnx


def accumulated_step(seed, x, y, lr, micro_batches):
    model = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    graphdef, params = nnx.split(model, nnx.Param)

    def low(tree):
        return jax.tree.map(lambda t: t.astype(jnp.bfloat16), tree)

    def loss_fn(p, xb, yb):
        return jnp.mean((nnx.merge(graphdef, p)(xb) - yb) ** 2)

    x16, y16 = low((x, y))
    work = low(params)
    rows = x.shape[0] // micro_batches
    total = jax.grad(loss_fn)(work, x16[:rows], y16[:rows])
    for i in range(1, micro_batches):
        s = slice(i * rows, (i + 1) * rows)
        g = jax.grad(loss_fn)(work, x16[s], y16[s])
        total = jax.tree.map(lambda a, b: a + b, total, g)  #@ low-precision-accumulator
    mean = jax.tree.map(lambda t: t.astype(jnp.float32) / micro_batches, total)
    params = jax.tree.map(lambda p, g: p - lr * g, params, mean)
    return loss_fn(low(params), x16, y16).astype(jnp.float32).reshape(1)
