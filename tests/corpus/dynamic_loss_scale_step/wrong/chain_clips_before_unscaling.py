# expect: pitfall|wrong_answer
# finding: clipped-scaled-grads
"""In the optax chain, the elementwise clip stands before the unscaling."""
import jax
import jax.numpy as jnp
import optax
from flax import nnx


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    model = nnx.Linear(x.shape[1], y.shape[1], dtype=jnp.float16, rngs=nnx.Rngs(int(seed)))
    tx = optax.chain(
        optax.clip(1.0),  #@ clipped-scaled-grads
        optax.scale(1.0 / loss_scale),
        optax.sgd(lr),
    )
    optimizer = nnx.Optimizer(model, tx, wrt=nnx.Param)
    x, y = x.astype(jnp.float16), y.astype(jnp.float16)

    def loss(m):
        return jnp.mean(jnp.square(m(x) - y))

    grads = nnx.grad(lambda m: loss(m).astype(jnp.float32) * loss_scale)(model)
    if all(bool(jnp.isfinite(g).all()) for g in jax.tree.leaves(grads)):
        optimizer.update(model, grads)
        good_steps += 1
        if good_steps >= growth_interval:
            loss_scale, good_steps = min(loss_scale * 2, 2.0**24), 0
    else:
        loss_scale, good_steps = max(loss_scale / 2, 1.0), 0
    return jnp.asarray([loss(model).astype(jnp.float32), loss_scale, good_steps], dtype=jnp.float32)
