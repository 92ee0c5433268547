# expect: wrong_answer
import jax
import jax.numpy as jnp
import optax
from flax import nnx


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    model = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    optimizer = nnx.Optimizer(model, optax.sgd(lr), wrt=nnx.Param)

    def loss_fn(m):
        p = x.astype(jnp.float16) @ m.kernel[...].astype(jnp.float16) + m.bias[...].astype(jnp.float16)
        return jnp.mean(jnp.sum((p - y.astype(jnp.float16)) ** 2, axis=1)).astype(jnp.float32)

    g = jax.tree.map(lambda a: a / loss_scale, nnx.grad(lambda m: loss_fn(m) * loss_scale)(model))
    if all(bool(jnp.isfinite(a).all()) for a in jax.tree.leaves(g)):
        optimizer.update(model, g)
        good_steps += 1
        if good_steps == growth_interval:
            loss_scale, good_steps = min(loss_scale * 2, 2.0**24), 0
    else:
        loss_scale, good_steps = max(loss_scale / 2, 1.0), 0
    return jnp.array([loss_fn(model), loss_scale, good_steps], dtype=jnp.float32)
