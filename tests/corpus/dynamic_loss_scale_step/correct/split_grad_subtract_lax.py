# expect: accepted
import jax
import jax.numpy as jnp
from jax import lax
from flax import nnx


def pred16(k, b, x):
    out = lax.dot_general(x, k, (((1,), (0,)), ((), ())), preferred_element_type=jnp.float32)
    return out.astype(jnp.float16) + b


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    model = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    masters = [model.kernel[...], model.bias[...]]
    xh = lax.convert_element_type(x, jnp.float16)
    yh = lax.convert_element_type(y, jnp.float16)

    def mse(masters):
        k, b = (lax.convert_element_type(m, jnp.float16) for m in masters)
        d = pred16(k, b, xh) - yh
        return jnp.mean(lax.square(d))

    def objective(masters):
        return lax.convert_element_type(mse(masters), jnp.float32) * jnp.float32(loss_scale)

    grads = [g / jnp.float32(loss_scale) for g in jax.grad(objective)(masters)]
    finite = jnp.isfinite(grads[0]).all() & jnp.isfinite(grads[1]).all()
    masters = lax.cond(
        finite,
        lambda m, g: [a - jnp.float32(lr) * b for a, b in zip(m, g)],
        lambda m, g: m,
        masters,
        grads,
    )
    grown = (good_steps + 1) == growth_interval
    branch = jnp.where(finite, 1 + int(grown), 0)
    scale, count = lax.switch(
        branch,
        [
            lambda: (jnp.float32(max(loss_scale / 2, 1.0)), jnp.float32(0)),
            lambda: (jnp.float32(loss_scale), jnp.float32(good_steps + 1)),
            lambda: (jnp.float32(min(loss_scale * 2, 2.0**24)), jnp.float32(0)),
        ],
    )
    return jnp.stack([mse(masters).astype(jnp.float32), scale, count])
