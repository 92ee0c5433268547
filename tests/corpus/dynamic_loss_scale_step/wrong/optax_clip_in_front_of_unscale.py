# expect: wrong_answer
# finding: clipped-scaled-grads
import jax
import jax.numpy as jnp
import optax
from flax import nnx


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    model = nnx.Linear(x.shape[1], y.shape[1], dtype=jnp.float16, rngs=nnx.Rngs(int(seed)))
    tx = optax.chain(
        optax.clip_by_global_norm(1.0),  #@ clipped-scaled-grads
        optax.scale(1.0 / loss_scale),
        optax.sgd(lr),
    )
    optimizer = nnx.Optimizer(model, tx, wrt=nnx.Param)
    x16, y16 = x.astype(jnp.float16), y.astype(jnp.float16)

    def mse(model):
        return jnp.mean((model(x16) - y16) ** 2)

    grads = nnx.grad(lambda m: mse(m).astype(jnp.float32) * loss_scale)(model)
    finite = all(jnp.isfinite(g).all() for g in jax.tree.leaves(grads))
    if finite:
        optimizer.update(model, grads)
        scale, count = loss_scale, good_steps + 1
        if count == growth_interval:
            scale, count = min(loss_scale * 2, 2.0**24), 0
    else:
        scale, count = max(loss_scale / 2, 1.0), 0
    return jnp.array([mse(model).astype(jnp.float32), scale, count], dtype=jnp.float32)
