# expect: pitfall|wrong_answer
# finding: wrong-half-dtype
import contextlib
import jax
import jax.numpy as jnp
from flax import nnx

_DTYPE = [jnp.float32]


@contextlib.contextmanager
def autocast(device_type="cpu", dtype=jnp.bfloat16):  #@ wrong-half-dtype
    _DTYPE.append(dtype)
    try:
        yield
    finally:
        _DTYPE.pop()


def F_linear(x, w, b):
    d = _DTYPE[-1]
    return jnp.matmul(x.astype(d), w.astype(d)) + b.astype(d)


def F_mse(a, b):
    d = _DTYPE[-1]
    return jnp.mean((a.astype(d) - b.astype(d)) ** 2)


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    x, y = jnp.asarray(x), jnp.asarray(y)
    m = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    w, b = m.kernel[...], m.bias[...]

    def loss(w, b):
        with autocast("cpu"):  #@ wrong-half-dtype
            return F_mse(F_linear(x, w, b), y)

    gw, gb = jax.grad(lambda w, b: loss(w, b).astype(jnp.float32) * loss_scale, (0, 1))(w, b)
    gw, gb = gw.astype(jnp.float32) / loss_scale, gb.astype(jnp.float32) / loss_scale
    if jnp.isfinite(gw).all() and jnp.isfinite(gb).all():
        w, b = w - lr * gw, b - lr * gb
        good_steps += 1
        if good_steps == growth_interval:
            loss_scale, good_steps = min(loss_scale * 2, 2.0**24), 0
    else:
        loss_scale, good_steps = max(loss_scale / 2, 1.0), 0
    return jnp.array([loss(w, b).astype(jnp.float32), loss_scale, good_steps], jnp.float32)
