# expect: pitfall|wrong_answer
# finding: unscaled-grads
import jax
import jax.numpy as jnp
import optax
from flax import nnx


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    model = nnx.Linear(x.shape[1], y.shape[1], dtype=jnp.float16, rngs=nnx.Rngs(int(seed)))
    optimizer = nnx.Optimizer(model, optax.sgd(lr), wrt=nnx.Param)
    x, y = x.astype(jnp.float16), y.astype(jnp.float16)

    def mse(m):
        return jnp.mean((m(x) - y) ** 2)

    def scaled(m):
        return mse(m).astype(jnp.float32) * loss_scale

    grads = nnx.grad(scaled)(model)
    unscaled = jax.tree.map(lambda g: g.astype(jnp.float32) / loss_scale, grads)
    if all(bool(jnp.isfinite(g).all()) for g in jax.tree.leaves(unscaled)):
        optimizer.update(model, grads)  #@ unscaled-grads
        good_steps += 1
        if good_steps == growth_interval:
            loss_scale, good_steps = min(2 * loss_scale, 2.0**24), 0
    else:
        loss_scale, good_steps = max(loss_scale / 2, 1.0), 0
    return jnp.array([mse(model), loss_scale, good_steps], dtype=jnp.float32)
