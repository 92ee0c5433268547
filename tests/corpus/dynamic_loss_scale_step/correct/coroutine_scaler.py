# expect: accepted
"""A generator holds the scale and the count, and is sent whether the gradients were finite."""
import jax
import jax.numpy as jnp
from flax import nnx


def scaler(scale, count, interval):
    while True:
        finite = yield scale, count
        if not finite:
            scale, count = max(scale / 2, 1.0), 0
            continue
        count += 1
        if count == interval:
            scale, count = min(scale * 2, 2.0**24), 0


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    lin = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    masters = [lin.kernel[...], lin.bias[...]]
    data = [a.astype(jnp.float16) for a in (x, y)]

    def loss(ms):
        w, b = [m.astype(jnp.float16) for m in ms]
        e = jnp.dot(data[0], w) + b - data[1]
        return (e**2).mean()

    machine = scaler(loss_scale, good_steps, growth_interval)
    s, _ = next(machine)
    grads = jax.grad(lambda ms: loss(ms).astype(jnp.float32) * s)(masters)
    grads = [g.astype(jnp.float32) / s for g in grads]
    finite = all(bool(jnp.isfinite(g).all()) for g in grads)
    if finite:
        masters = [m - lr * g for m, g in zip(masters, grads)]
    s, n = machine.send(finite)
    return jnp.array([loss(masters), s, n], jnp.float32)
