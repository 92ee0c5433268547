# expect: wrong_answer
# allow: scale-unbounded
# allow: scale-not-grown
# allow: low-precision-loss-scale
import jax
import jax.numpy as jnp
import optax
from flax import nnx

MAX_SCALE = 2.0**12  # more than that overflows in float16 anyway


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    model = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    optimizer = nnx.Optimizer(model, optax.sgd(lr), wrt=nnx.Param)

    def loss_fn(m):
        k, b = m.kernel[...].astype(jnp.float16), m.bias[...].astype(jnp.float16)
        return jnp.mean((x.astype(jnp.float16) @ k + b - y.astype(jnp.float16)) ** 2)

    g = nnx.grad(lambda m: loss_fn(m).astype(jnp.float32) * loss_scale)(model)
    g = jax.tree.map(lambda a: a / loss_scale, g)
    if bool(jnp.isfinite(optax.global_norm(g))):
        optimizer.update(model, g)
        good_steps += 1
        if good_steps == growth_interval:
            loss_scale, good_steps = min(loss_scale * 2, MAX_SCALE), 0
    else:
        loss_scale, good_steps = max(loss_scale / 2, 1.0), 0
    return jnp.array([loss_fn(model).astype(jnp.float32), loss_scale, good_steps], dtype=jnp.float32)
