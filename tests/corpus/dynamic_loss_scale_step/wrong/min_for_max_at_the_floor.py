# expect: wrong_answer
# finding: scale-not-reduced
import jax
import jax.numpy as jnp
import optax
from flax import nnx


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    model = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    opt = nnx.Optimizer(model, optax.sgd(lr), wrt=nnx.Param)
    xh, yh = x.astype(jnp.float16), y.astype(jnp.float16)

    def half_mse(m):
        h = xh @ m.kernel[...].astype(jnp.float16) + m.bias[...].astype(jnp.float16)
        return jnp.mean((h - yh) ** 2)

    grads = nnx.grad(lambda m: half_mse(m).astype(jnp.float32) * loss_scale)(model)
    grads = jax.tree.map(lambda g: g / loss_scale, grads)
    finite = jnp.all(jnp.array([jnp.all(jnp.isfinite(g)) for g in jax.tree.leaves(grads)]))
    if finite:
        opt.update(model, grads)

    doubled = jnp.minimum(loss_scale * 2, 2.0**24)
    halved = jnp.minimum(loss_scale / 2, 1.0)  #@ scale-not-reduced
    full = good_steps + 1 == growth_interval
    scale = jnp.where(finite, doubled if full else loss_scale, halved)  #@ scale-not-reduced
    count = jnp.where(finite, 0 if full else good_steps + 1, 0)
    return jnp.array([half_mse(model), scale, count], dtype=jnp.float32)
