# expect: accepted
import jax
import jax.numpy as jnp
import optax
from flax import nnx


def accumulated_step(seed, x, y, lr, micro_batches):
    model = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    graphdef, params = nnx.split(model, nnx.Param)
    half = lambda t: jax.tree.map(lambda a: a.astype(jnp.bfloat16), t)

    def loss_fn(params, x, y, parts=1):
        net = nnx.merge(graphdef, half(params))
        x, y = half((x, y))
        return jnp.mean(jnp.square(net(x) - y)) / parts

    acc = jax.tree.map(lambda p: jnp.zeros(p.shape, jnp.float32), params)
    size = x.shape[0] // micro_batches
    for k in range(micro_batches):
        rows = jnp.arange(k * size, (k + 1) * size)
        g = jax.grad(loss_fn)(params, x[rows], y[rows], parts=micro_batches)
        acc = jax.tree.map(lambda a, b: a + b, acc, g)
    tx = optax.sgd(lr)
    upd, _ = tx.update(acc, tx.init(params))
    params = optax.apply_updates(params, upd)
    return loss_fn(params, x, y).reshape(1).astype(jnp.float32)
