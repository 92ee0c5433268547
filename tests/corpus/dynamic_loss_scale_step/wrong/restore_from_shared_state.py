# expect: pitfall|wrong_answer
# finding: unchecked-overflow
"""The "backup" of nnx.state shares its variables with the model, so that putting it back restores nothing."""
import jax
import jax.numpy as jnp
import optax
from flax import nnx


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    model = nnx.Linear(x.shape[1], y.shape[1], dtype=jnp.float16, rngs=nnx.Rngs(int(seed)))
    optimizer = nnx.Optimizer(model, optax.sgd(lr), wrt=nnx.Param)
    x, y = x.astype(jnp.float16), y.astype(jnp.float16)

    def loss_fn(m, scale=1.0):
        return jnp.mean(jnp.square(m(x) - y)).astype(jnp.float32) * scale

    grads = nnx.grad(loss_fn)(model, loss_scale)
    grads = jax.tree.map(lambda g: g / loss_scale, grads)
    finite = all(bool(jnp.isfinite(g).all()) for g in jax.tree.leaves(grads))

    before = nnx.state(model, nnx.Param)  #@ unchecked-overflow
    optimizer.update(model, grads)  #@ unchecked-overflow
    if not finite:
        nnx.update(model, before)  #@ unchecked-overflow
        scale, count = max(loss_scale / 2, 1.0), 0
    elif good_steps + 1 == growth_interval:
        scale, count = min(loss_scale * 2, 2.0**24), 0
    else:
        scale, count = loss_scale, good_steps + 1
    return jnp.array([loss_fn(model), scale, count], dtype=jnp.float32)
