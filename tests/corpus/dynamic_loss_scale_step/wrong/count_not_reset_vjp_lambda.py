# expect: pitfall|wrong_answer
# finding: count-not-reset
import jax
import jax.numpy as jnp
from flax import nnx


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    lin = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    w0, b0 = lin.kernel[...], lin.bias[...]
    x, y = x.astype(jnp.float16), y.astype(jnp.float16)
    h = lambda a: a.astype(jnp.float16)
    mse = lambda w, b: jnp.mean((x @ h(w) + h(b) - y) ** 2)

    _, vjp = jax.vjp(lambda w, b: mse(w, b).astype(jnp.float32), w0, b0)
    gw, gb = vjp(jnp.asarray(loss_scale, jnp.float32))
    gw, gb = gw / loss_scale, gb / loss_scale
    ok = bool(jnp.isfinite(gw).all() and jnp.isfinite(gb).all())

    w1, b1 = (w0 - lr * gw, b0 - lr * gb) if ok else (w0, b0)
    if ok:
        good_steps += 1
    else:
        loss_scale = max(loss_scale / 2, 1.0)  #@ count-not-reset
    if good_steps == growth_interval:
        loss_scale = min(loss_scale * 2, 2.0**24)
        good_steps = 0
    return jnp.array([mse(w1, b1), loss_scale, good_steps], jnp.float32)  #@ count-not-reset
