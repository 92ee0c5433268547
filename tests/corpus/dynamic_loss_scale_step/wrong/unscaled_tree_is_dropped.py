# expect: pitfall|wrong_answer
# finding: unscaled-grads
# finding: uncast-targets
"""The unscaled tree serves the finiteness check only while the optimizer gets the scaled one; and y stays in float32."""
import jax
import jax.numpy as jnp
import optax
from flax import nnx


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    model = nnx.Linear(x.shape[1], y.shape[1], dtype=jnp.float16, rngs=nnx.Rngs(int(seed)))
    optimizer = nnx.Optimizer(model, optax.sgd(lr), wrt=nnx.Param)

    def loss(m):
        err = (m(x) - y).astype(jnp.float16)  #@ uncast-targets
        return jnp.mean(err * err)

    grads = nnx.grad(lambda m: loss(m).astype(jnp.float32) * loss_scale)(model)
    true_grads = jax.tree.map(lambda g: g.astype(jnp.float32) / loss_scale, grads)
    finite = all(bool(jnp.isfinite(g).all()) for g in jax.tree.leaves(true_grads))
    scale, count = max(loss_scale / 2, 1.0), 0
    if finite:
        optimizer.update(model, grads)  #@ unscaled-grads
        scale, count = loss_scale, good_steps + 1
        if count == growth_interval:
            scale, count = min(loss_scale * 2, 2.0**24), 0
    return jnp.array([loss(model).astype(jnp.float32), scale, count], dtype=jnp.float32)
