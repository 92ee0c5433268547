# expect: wrong_answer
# finding: lr-ignored
import jax
import jax.numpy as jnp
import optax
from flax import nnx


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    model = nnx.Linear(x.shape[1], y.shape[1], dtype=jnp.float16, rngs=nnx.Rngs(int(seed)))
    optimizer = nnx.Optimizer(model, optax.sgd(learning_rate=0.01), wrt=nnx.Param)  #@ lr-ignored
    x = x.astype(jnp.float16)
    y = y.astype(jnp.float16)

    def mse(model):
        return jnp.square(model(x) - y).mean()

    grads = nnx.grad(lambda m: loss_scale * mse(m).astype(jnp.float32))(model)
    grads = jax.tree.map(lambda g: g / loss_scale, grads)
    bad = any(jnp.any(~jnp.isfinite(g)) for g in jax.tree.leaves(grads))
    if bad:
        s, n = max(loss_scale / 2, 1.0), 0
    else:
        optimizer.update(model, grads)
        s, n = loss_scale, good_steps + 1
        if n == growth_interval:
            s, n = min(loss_scale * 2, 2.0**24), 0
    return jnp.array([mse(model).astype(jnp.float32), s, n], dtype=jnp.float32)
