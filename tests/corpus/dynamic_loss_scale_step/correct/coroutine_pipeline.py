# expect: accepted
import jax
import jax.numpy as jnp
from flax import nnx

C16 = lambda a: jnp.asarray(a, jnp.float16)


def scaler(scale, n, every):
    "yields (scale, n), is sent whether the gradients were finite"
    while True:
        fine = yield scale, n
        n = n + 1 if fine else 0
        if not fine:
            scale = max(scale / 2, 1.0)
        elif n >= every:
            scale, n = min(scale * 2, 2.0**24), 0


def trainer(p, loss, lr):
    "yields losses, is sent scales, yields the verdict"
    while True:
        s = yield loss(p)
        grads = jax.grad(lambda q: loss(q).astype(jnp.float32) * s)(p)
        grads = {k: g.astype(jnp.float32) / s for k, g in grads.items()}
        fine = all(bool(jnp.isfinite(g).all()) for g in grads.values())
        if fine:
            p = {k: p[k] - lr * grads[k] for k in p}
        yield fine


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    lin = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    loss = lambda p: jnp.mean((C16(x) @ C16(p["w"]) + C16(p["b"]) - C16(y)) ** 2)
    t = trainer({"w": lin.kernel[...], "b": lin.bias[...]}, loss, lr)
    s = scaler(loss_scale, good_steps, growth_interval)
    next(t)
    verdict = t.send(next(s)[0])
    scale, n = s.send(verdict)
    return jnp.array([next(t).astype(jnp.float32), jnp.float32(scale), jnp.float32(n)])
