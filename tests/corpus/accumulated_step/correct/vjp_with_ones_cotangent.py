# expect: accepted
import jax
import jax.numpy as jnp
import optax
from flax import nnx


def accumulated_step(seed, x, y, lr, micro_batches):
    model = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    gdef, masters = nnx.split(model, nnx.Param)

    def closure_over(xb, yb):
        xb, yb = xb.astype(jnp.bfloat16), yb.astype(jnp.bfloat16)

        def f(theta):
            theta16 = jax.tree.map(lambda t: jax.lax.convert_element_type(t, jnp.bfloat16), theta)
            r = nnx.merge(gdef, theta16)(xb) - yb
            return (r * r).mean()

        return f

    acc = optax.tree_utils.tree_zeros_like(masters)
    step = x.shape[0] // micro_batches
    for lo in range(0, x.shape[0], step):
        value, pullback = jax.vjp(closure_over(x[lo:lo + step], y[lo:lo + step]), masters)
        (g,) = pullback(jnp.ones_like(value))
        acc = optax.tree_utils.tree_add(acc, g)

    tx = optax.sgd(lr)
    deltas, _ = tx.update(jax.tree.map(lambda a: jnp.divide(a, micro_batches), acc), tx.init(masters))
    masters = optax.apply_updates(masters, deltas)
    return jnp.expand_dims(closure_over(x, y)(masters).astype(jnp.float32), 0)
