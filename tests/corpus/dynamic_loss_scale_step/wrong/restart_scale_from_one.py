# expect: wrong_answer
# finding: scale-not-reduced
import jax
import jax.numpy as jnp
import optax
from flax import nnx

SAFE_SCALE = 1.0  # with this nothing overflows


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    lin = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    params = dict(kernel=lin.kernel[...], bias=lin.bias[...])
    optimizer = optax.sgd(lr)
    opt_state = optimizer.init(params)

    def half_loss(params):
        kernel = params["kernel"].astype(jnp.float16)
        bias = params["bias"].astype(jnp.float16)
        return optax.squared_error(x.astype(jnp.float16) @ kernel + bias, y.astype(jnp.float16)).mean()

    def scaled_loss(params):
        return half_loss(params).astype(jnp.float32) * loss_scale

    grads = jax.tree.map(lambda g: g / loss_scale, jax.grad(scaled_loss)(params))
    is_ok = jax.tree.all(jax.tree.map(lambda g: jnp.isfinite(g).all(), grads))
    if is_ok:
        updates, opt_state = optimizer.update(grads, opt_state)
        params = optax.apply_updates(params, updates)
        good_steps += 1
        if good_steps == growth_interval:
            loss_scale, good_steps = min(loss_scale * 2.0, 2.0**24), 0
    else:
        loss_scale, good_steps = SAFE_SCALE, 0  #@ scale-not-reduced
    return jnp.array([half_loss(params).astype(jnp.float32), loss_scale, good_steps], dtype=jnp.float32)
