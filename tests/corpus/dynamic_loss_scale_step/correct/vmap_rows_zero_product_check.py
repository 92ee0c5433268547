# expect: accepted
import functools
import operator
import jax
import jax.numpy as jnp
from flax import nnx


def row_error(k, b, xi, yi):
    return jnp.square(xi @ k + b - yi)


def batch_loss(k, b, xs, ys):
    return jnp.mean(jax.vmap(row_error, in_axes=(None, None, 0, 0))(k, b, xs, ys))


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    model = nnx.Linear(in_features=x.shape[1], out_features=y.shape[1], rngs=nnx.Rngs(int(seed)))
    masters = (model.kernel.get_value(), model.bias.get_value())
    to16 = functools.partial(map, functools.partial(jnp.asarray, dtype=jnp.float16))
    data = tuple(to16((x, y)))

    objective = lambda ps: loss_scale * jnp.float32(batch_loss(*ps, *data))
    raw = jax.grad(objective)(tuple(to16(masters)))
    # 0 * inf is nan and 0 * nan is nan: the sum of the zeros is 0 if all is well
    residue = functools.reduce(operator.add, [jnp.sum(g.astype(jnp.float32) * 0) for g in raw])
    ok = bool(residue == 0)
    step = functools.partial(lambda p, g: p - lr * (g.astype(jnp.float32) / loss_scale))
    masters = tuple(map(step, masters, raw)) if ok else masters
    n = (good_steps + 1) * ok
    if n == growth_interval:
        n, s = 0, min(loss_scale * 2, 2**24)
    else:
        s = loss_scale if ok else max(1, loss_scale / 2)
    loss = batch_loss(*to16(masters), *data)
    return jnp.array((loss.astype(jnp.float32), s, n), dtype=jnp.float32)
