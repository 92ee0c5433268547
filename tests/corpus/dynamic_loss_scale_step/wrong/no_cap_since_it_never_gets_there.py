# expect: pitfall
# finding: scale-unbounded
import jax
import jax.numpy as jnp
import optax
from flax import nnx


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    model = nnx.Linear(x.shape[1], y.shape[1], dtype=jnp.float16, rngs=nnx.Rngs(int(seed)))
    optimizer = nnx.Optimizer(model, optax.sgd(lr), wrt=nnx.Param)

    def mse(m):
        return jnp.mean(jnp.square(m(x) - y.astype(jnp.float16)))

    grads = nnx.grad(lambda m: mse(m).astype(jnp.float32) * loss_scale)(model)
    grads = jax.tree.map(lambda g: g / loss_scale, grads)
    overflow = not all(jnp.isfinite(g).all() for g in jax.tree.leaves(grads))

    if overflow:
        return jnp.array([mse(model).astype(jnp.float32), max(loss_scale / 2, 1.0), 0.0])
    optimizer.update(model, grads)
    loss = mse(model).astype(jnp.float32)
    if good_steps + 1 == growth_interval:
        return jnp.array([loss, loss_scale * 2, 0.0])  #@ scale-unbounded
    return jnp.array([loss, loss_scale, good_steps + 1.0])
