# expect: pitfall|wrong_answer
# finding: low-precision-unscale
import jax
import jax.numpy as jnp
import optax
from flax import nnx


def upcast():
    return optax.stateless(lambda u, _: jax.tree.map(lambda t: t.astype(jnp.float32), u))


def mixed_precision_step(seed, x, y, lr, loss_scale):
    graphdef, master = nnx.split(nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed))))
    cast = lambda t: jax.tree.map(lambda a: jnp.asarray(a, jnp.bfloat16), t)
    tx = optax.chain(optax.scale(1.0 / loss_scale), upcast(), optax.sgd(lr))  #@ low-precision-unscale
    opt_state = tx.init(master)

    def mse(compute):
        return jnp.mean((nnx.merge(graphdef, compute)(cast(x)) - cast(y)) ** 2)

    grads = jax.grad(lambda c: mse(c).astype(jnp.float32) * loss_scale)(cast(master))
    updates, opt_state = tx.update(grads, opt_state, master)  #@ low-precision-unscale
    master = optax.apply_updates(master, updates)
    return mse(cast(master)).astype(jnp.float32).reshape((1,))
