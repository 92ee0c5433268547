# expect: wrong_answer
import jax
import jax.numpy as jnp
import optax
from flax import nnx


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    model = nnx.Linear(x.shape[1], y.shape[1], dtype=jnp.float16, rngs=nnx.Rngs(int(seed)))
    optimizer = nnx.Optimizer(model, optax.sgd(lr), wrt=nnx.Param)
    x16, y16 = x.astype(jnp.float16), y.astype(jnp.float16)

    def loss_fn(m):
        return jnp.mean((m(x16) - y16) ** 2)

    def scaled(m):
        return loss_fn(m).astype(jnp.float32) * loss_scale

    grads = nnx.grad(scaled)(model)
    grads = jax.tree.map(lambda g: g.astype(jnp.float32) / loss_scale, grads)
    ok = all(bool(jnp.all(jnp.isfinite(g))) for g in jax.tree.leaves(grads))

    if ok:
        optimizer.update(model, grads)

    match ok, good_steps + 1 >= growth_interval:
        case True, True:
            new_scale, new_count = min(loss_scale * 2.0, 2.0**24), 0
        case True, False:
            new_scale, new_count = loss_scale, good_steps + 1
        case _:
            new_scale, new_count = max(loss_scale * 0.5, 1.0), 0

    result = jnp.array([loss_fn(model), new_scale, new_count])
    return result.astype(jnp.float32)
