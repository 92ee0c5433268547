# expect: accepted
# per-row forward with vmap, lr / scale as a single factor
import jax
import jax.numpy as jnp
from flax import nnx

H = jnp.float16


def predict(kernel, bias, row):
    return row @ kernel + bias


batched = jax.vmap(predict, in_axes=(None, None, 0))


def loss_half(theta, x, y):
    k, b = theta
    return jnp.mean(jnp.square(jnp.subtract(batched(k.astype(H), b.astype(H), x), y)))


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    lin = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    theta = [jnp.array(lin.kernel), jnp.array(lin.bias)]
    x, y = jnp.array(x, dtype=H), jnp.array(y, dtype=H)

    big = jax.grad(lambda t: jnp.asarray(loss_half(t, x, y), jnp.float32) * loss_scale)(theta)
    has_bad = any(jnp.logical_not(jnp.isfinite(g)).any() for g in big)
    eta = lr / loss_scale
    for i, g in enumerate(big):
        if has_bad:
            break
        theta[i] = theta[i] - eta * g.astype(jnp.float32)

    if has_bad:
        loss_scale /= 2
        good_steps = -1
    elif good_steps == growth_interval - 1:
        loss_scale *= 2
        good_steps = -1
    good_steps += 1
    loss_scale = sorted((1.0, loss_scale, 2.0**24))[1]

    result = [float(loss_half(theta, x, y)), loss_scale, float(good_steps)]
    return jnp.array(result, dtype="float32")
