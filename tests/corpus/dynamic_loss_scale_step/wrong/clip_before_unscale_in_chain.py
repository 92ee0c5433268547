# expect: wrong_answer
# finding: clipped-scaled-grads
import jax
import jax.numpy as jnp
import optax
from flax import nnx


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    model = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    tx = optax.chain(
        optax.clip_by_global_norm(1.0),  # good practice #@ clipped-scaled-grads
        optax.scale(1.0 / loss_scale),
        optax.sgd(lr),
    )
    optimizer = nnx.Optimizer(model, tx, wrt=nnx.Param)

    def loss_fn(m):
        pred = x.astype(jnp.float16) @ m.kernel[...].astype(jnp.float16) + m.bias[...].astype(jnp.float16)
        return jnp.mean((pred - y.astype(jnp.float16)) ** 2)

    grads = nnx.grad(lambda m: loss_fn(m).astype(jnp.float32) * loss_scale)(model)
    finite = all(bool(jnp.isfinite(g).all()) for g in jax.tree.leaves(grads))
    if finite:
        optimizer.update(model, grads)  #@ clipped-scaled-grads
        count = good_steps + 1
        scale = loss_scale
        if count == growth_interval:
            scale, count = min(scale * 2, 2.0**24), 0
    else:
        scale, count = max(loss_scale / 2, 1.0), 0
    return jnp.array([loss_fn(model).astype(jnp.float32), scale, count])
