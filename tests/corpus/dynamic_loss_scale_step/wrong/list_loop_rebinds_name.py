# expect: wrong_answer
# finding: update-discarded|stale-loss
import jax
import jax.numpy as jnp
from flax import nnx


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    lin = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    params = [lin.kernel[...], lin.bias[...]]
    half_x, half_y = jnp.asarray(x, "float16"), jnp.asarray(y, "float16")

    def mse(kernel, bias):
        out = half_x @ kernel.astype("float16") + bias.astype("float16")
        return jnp.mean((out - half_y) ** 2)

    grads = jax.grad(lambda *p: mse(*p).astype("float32") * loss_scale, argnums=(0, 1))(*params)
    grads = [g / loss_scale for g in grads]

    if all([bool(jnp.isfinite(g).all()) for g in grads]):
        for p, g in zip(params, grads):
            p -= lr * g  #@ update-discarded
        good_steps += 1
        if good_steps == growth_interval:
            good_steps = 0
            loss_scale = min(loss_scale * 2, 2.0**24)
    else:
        good_steps = 0
        loss_scale = max(loss_scale / 2, 1.0)

    result = mse(*params).astype("float32"), loss_scale, good_steps  #@ update-discarded
    return jnp.array(result, dtype="float32")
