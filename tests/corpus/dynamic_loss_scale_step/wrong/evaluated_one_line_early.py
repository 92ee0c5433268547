# expect: pitfall|wrong_answer
# finding: stale-loss
# finding: scale-unbounded
"""The final loss is computed one line before optimizer.update, and the halved scale has a floor of 0."""
import jax
import jax.numpy as jnp
import optax
from flax import nnx


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    model = nnx.Linear(x.shape[1], y.shape[1], dtype=jnp.float16, rngs=nnx.Rngs(int(seed)))
    optimizer = nnx.Optimizer(model, optax.sgd(lr), wrt=nnx.Param)
    xh, yh = x.astype(jnp.float16), y.astype(jnp.float16)

    def loss(m):
        return jnp.mean(jnp.square(m(xh) - yh))

    grads = nnx.grad(lambda m: loss(m).astype(jnp.float32) * loss_scale)(model)
    grads = jax.tree.map(lambda g: g / loss_scale, grads)
    finite = jax.tree.all(jax.tree.map(lambda g: bool(jnp.isfinite(g).all()), grads))
    final = loss(model)  #@ stale-loss
    if finite:
        optimizer.update(model, grads)
        q, count = divmod(good_steps + 1, growth_interval)
        scale = loss_scale * 2**q
    else:
        count, scale = 0, loss_scale / 2
    scale = min(max(scale, 0.0), 2.0**24)  #@ scale-unbounded
    return jnp.array([final, scale, count], dtype=jnp.float32)
