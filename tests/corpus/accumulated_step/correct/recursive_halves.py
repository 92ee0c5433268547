# expect: accepted
import jax
import jax.numpy as jnp
import optax
from flax import nnx


def accumulated_step(seed, x, y, lr, micro_batches):
    graphdef, masters = nnx.split(nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed))), nnx.Param)

    def loss(p, xb, yb):
        p, xb, yb = jax.tree.map(lambda t: t.astype(jnp.bfloat16), (p, xb, yb))
        return jnp.mean(jnp.square(nnx.merge(graphdef, p)(xb) - yb))

    def gradient_sum(xs, ys, parts):
        """Sum over parts, by halves."""
        if parts == 1:
            return jax.grad(loss)(masters, xs, ys)
        left = parts // 2
        cut = xs.shape[0] // parts * left
        a = gradient_sum(xs[:cut], ys[:cut], left)
        b = gradient_sum(xs[cut:], ys[cut:], parts - left)
        return jax.tree.map(jnp.add, a, b)

    s = gradient_sum(x, y, micro_batches)
    sgd = optax.sgd(lr)
    delta, _ = sgd.update(optax.tree.scale(1.0 / micro_batches, s), sgd.init(masters))
    new = optax.apply_updates(masters, delta)
    return loss(new, x, y).astype(jnp.float32).reshape((1,))
