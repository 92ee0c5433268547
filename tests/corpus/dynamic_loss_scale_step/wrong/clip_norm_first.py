# expect: wrong_answer|pitfall
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
    y16 = y.astype(jnp.float16)

    def loss_fn(model):
        return jnp.mean(jnp.square(model(x) - y16)).astype(jnp.float32)

    def scaled_loss_fn(model):
        return loss_fn(model) * loss_scale

    grads = nnx.grad(scaled_loss_fn)(model)
    is_finite = all(bool(jnp.all(jnp.isfinite(g))) for g in jax.tree.leaves(grads))

    if is_finite:
        optimizer.update(model, grads)  #@ clipped-scaled-grads
        if good_steps + 1 == growth_interval:
            loss_scale, good_steps = min(loss_scale * 2, 2.0**24), 0
        else:
            good_steps += 1
    else:
        loss_scale, good_steps = max(loss_scale / 2, 1.0), 0
    return jnp.array([loss_fn(model), loss_scale, good_steps], dtype=jnp.float32)
