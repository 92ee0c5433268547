# expect: pitfall|wrong_answer
# finding: low-precision-update|master-downcast
import jax
import jax.numpy as jnp
import optax
from flax import nnx


def accumulated_step(seed, x, y, lr, micro_batches):
    layer = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    gd, params = nnx.split(layer)
    tx = optax.sgd(lr)
    opt_state = tx.init(params)
    half = optax.tree.cast(params, jnp.bfloat16)
    xb = jnp.asarray(x, jnp.bfloat16)
    yb = jnp.asarray(y, jnp.bfloat16)

    def loss(p, a, b):
        return ((nnx.merge(gd, optax.tree.cast(p, jnp.bfloat16))(a) - b) ** 2).mean()

    def scan_body(total, ab):
        return optax.tree.add(total, jax.grad(loss)(params, *ab)), ()

    stack = lambda t: jnp.stack(jnp.split(t, micro_batches))
    total, _ = jax.lax.scan(scan_body, optax.tree.zeros_like(params), (stack(xb), stack(yb)))
    updates, opt_state = tx.update(optax.tree.scale(1.0 / micro_batches, total), opt_state, params)
    params = optax.apply_updates(half, updates)  #@ low-precision-update, master-downcast
    return loss(params, xb, yb).astype(jnp.float32)[None]
