# expect: accepted
# No autodiff: for a linear model I can write the derivative down.
import jax.numpy as jnp
from flax import nnx

f16 = jnp.float16
f32 = jnp.float32


def forward(w, b, x, y):
    w, b, x, y = w.astype(f16), b.astype(f16), x.astype(f16), y.astype(f16)
    err = x @ w + b - y
    return jnp.mean(err * err), err, x


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    model = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    w = model.kernel.value
    b = model.bias.value

    _, err, x16 = forward(w, b, x, y)
    # d(scaled loss)/d(loss32) is the scale; as soon as it passes the cast it is float16
    top = f32(loss_scale).astype(f16)
    per_element = (top.astype(f32) / err.size).astype(f16)
    derr = per_element * (f16(2) * err)
    dw = x16.T @ derr
    db = derr.sum(axis=0)

    dw = dw.astype(f32) / loss_scale
    db = db.astype(f32) / loss_scale

    if jnp.isfinite(dw).all() and jnp.isfinite(db).all():
        w = w - lr * dw
        b = b - lr * db
        good_steps += 1
        if good_steps >= growth_interval:
            loss_scale = min(loss_scale * 2, 2**24)
            good_steps = 0
    else:
        loss_scale = max(loss_scale / 2, 1.0)
        good_steps = 0

    loss, _, _ = forward(w, b, x, y)
    return jnp.array([loss.astype(f32), f32(loss_scale), f32(good_steps)])
