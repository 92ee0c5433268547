# expect: wrong_answer
# finding: clipped-scaled-grads
# finding: scale-not-grown
# allow: count-not-reset
import jax
import jax.numpy as jnp
import optax
from flax import nnx


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    model = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    optimizer = nnx.Optimizer(model, optax.sgd(lr), wrt=nnx.Param)

    def loss_fn(m):
        p = x.astype(jnp.float16) @ m.kernel[...].astype(jnp.float16) + m.bias[...].astype(jnp.float16)
        return jnp.mean((p - y.astype(jnp.float16)) ** 2).astype(jnp.float32)

    raw = nnx.grad(lambda m: loss_fn(m) * loss_scale)(model)
    ok = all(bool(jnp.isfinite(g).all()) for g in jax.tree.leaves(raw))
    norm = optax.global_norm(raw)  #@ clipped-scaled-grads
    raw = jax.tree.map(lambda g: g * jnp.minimum(1.0, 5.0 / norm), raw)  #@ clipped-scaled-grads
    grads = jax.tree.map(lambda g: g / loss_scale, raw)
    if ok:
        optimizer.update(model, grads)
        if good_steps >= growth_interval:  #@ scale-not-grown
            loss_scale, good_steps = min(loss_scale * 2, 2.0**24), 0
        else:
            good_steps += 1
    else:
        loss_scale, good_steps = max(loss_scale / 2, 1.0), 0
    return jnp.array([loss_fn(model), loss_scale, good_steps], dtype=jnp.float32)
