# expect: wrong_answer
# finding: uncast-targets
import jax
import jax.numpy as jnp
from flax import nnx


def half_mse(kernel, bias, x, y):
    k, b, x = (jnp.asarray(a, jnp.float16) for a in (kernel, bias, x))
    e = x @ k + b - y  #@ uncast-targets
    return jnp.mean(e * e)


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    model = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    kernel, bias = model.kernel[...], model.bias[...]
    loss, pullback = jax.vjp(lambda k, b: half_mse(k, b, x, y).astype(jnp.float32), kernel, bias)
    dk, db = pullback(jnp.float32(loss_scale))
    dk, db = dk / loss_scale, db / loss_scale
    biggest = jnp.maximum(jnp.max(jnp.abs(dk)), jnp.max(jnp.abs(db)))
    is_ok = biggest < jnp.inf
    kernel = jnp.where(is_ok, kernel - lr * dk, kernel)
    bias = jnp.where(is_ok, bias - lr * db, bias)
    after = half_mse(kernel, bias, x, y).astype(jnp.float32)
    reached = good_steps + 1 >= growth_interval
    up = jnp.minimum(2 * loss_scale, 2.0**24) if reached else loss_scale
    nxt = jnp.where(is_ok, up, jnp.maximum(loss_scale / 2, 1))
    cnt = jnp.where(is_ok, 0 if reached else good_steps + 1, 0)
    result = jnp.zeros(3, jnp.float32)
    result = result.at[0].set(after)
    result = result.at[1].set(nxt)
    result = result.at[2].set(cnt)
    return result
