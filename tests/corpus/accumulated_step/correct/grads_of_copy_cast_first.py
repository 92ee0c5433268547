# expect: accepted
import jax
import jax.numpy as jnp
import optax
from flax import nnx


def to_half(tree):
    return jax.tree_util.tree_map(lambda a: a.astype(jnp.bfloat16), tree)


def to_full(tree):
    return jax.tree_util.tree_map(lambda a: a.astype(jnp.float32), tree)


def accumulated_step(seed, x, y, lr, micro_batches):
    net = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    masters = {"kernel": net.kernel[...], "bias": net.bias[...]}
    x16, y16 = to_half((x, y))

    def loss(half_params, xb, yb):
        pred = xb @ half_params["kernel"] + half_params["bias"]
        return jnp.mean((pred - yb) ** 2)

    copy = to_half(masters)
    total = jax.tree_util.tree_map(jnp.zeros_like, masters)
    step = x.shape[0] // micro_batches
    for k in range(micro_batches):
        sl = slice(k * step, (k + 1) * step)
        g = to_full(jax.grad(loss)(copy, x16[sl], y16[sl]))
        total = jax.tree_util.tree_map(lambda t, gg: t + gg, total, g)
    mean = jax.tree_util.tree_map(lambda t: t / float(micro_batches), total)

    opt = optax.sgd(lr)
    upd, _ = opt.update(mean, opt.init(masters))
    masters = optax.apply_updates(masters, upd)
    return loss(to_half(masters), x16, y16).astype(jnp.float32).reshape((1,))
