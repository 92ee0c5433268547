# expect: accepted
import jax
import jax.numpy as jnp
import optax
from flax import nnx


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    model = nnx.Linear(x.shape[1], y.shape[1], dtype=jnp.float16, rngs=nnx.Rngs(int(seed)))
    optimizer = nnx.Optimizer(model, optax.chain(optax.scale(1.0 / loss_scale), optax.sgd(lr)), wrt=nnx.Param)
    x16, y16 = jnp.array(x, jnp.float16), jnp.array(y, jnp.float16)

    def loss_of(m):
        return ((m(x16) - y16) ** 2).mean()

    def objective(m):
        return jnp.multiply(loss_of(m).astype(jnp.float32), jnp.float32(loss_scale))

    grads = nnx.grad(objective)(model)
    ok = True
    for leaf in jax.tree.leaves(grads):
        ok = ok and bool(jnp.isfinite(leaf).all())

    counter, scale = 0, max(1.0, 0.5 * loss_scale)
    if ok:
        optimizer.update(model, grads)
        counter, scale = good_steps + 1, loss_scale
        if counter >= growth_interval:
            counter, scale = 0, min(2.0 ** 24, 2.0 * scale)
    return jnp.array([float(loss_of(model)), scale, counter], dtype=jnp.float32)
