# expect: wrong_answer
# finding: seed-ignored
# finding: partial-finite-check
import jax
import jax.numpy as jnp
from flax import nnx

rngs = nnx.Rngs(1)  #@ seed-ignored


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    jax.random.key(int(seed))
    lin = nnx.Linear(x.shape[1], y.shape[1], rngs=rngs)  #@ seed-ignored
    kernel, bias = lin.kernel[...], lin.bias[...]

    def loss16(kernel, bias):
        out = x.astype(jnp.float16) @ kernel.astype(jnp.float16) + bias.astype(jnp.float16)
        return jnp.mean((out - y.astype(jnp.float16)) ** 2)

    gk, gb = jax.grad(lambda k, b: loss16(k, b).astype(jnp.float32) * loss_scale, argnums=(0, 1))(kernel, bias)
    gk, gb = gk / loss_scale, gb / loss_scale
    # the bias is a sum over all rows: if something overflows, it's here
    if jnp.all(jnp.isfinite(gb)):  #@ partial-finite-check
        kernel, bias = kernel - lr * gk, bias - lr * gb
        good_steps += 1
        if good_steps >= growth_interval:
            loss_scale, good_steps = min(loss_scale * 2, 2.0**24), 0
    else:
        loss_scale, good_steps = max(loss_scale / 2, 1.0), 0
    return jnp.array([loss16(kernel, bias).astype(jnp.float32), loss_scale, good_steps])
