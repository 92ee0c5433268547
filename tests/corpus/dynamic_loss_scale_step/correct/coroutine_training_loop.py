# expect: accepted
import jax
import jax.numpy as jnp
from flax import nnx

CONFIG = dict(compute="float16", reduce_to="float32", debug_bf16=False)


def trainer(w, b, lr, scale, good, interval):
    x, y = yield
    while True:
        c = jnp.dtype(CONFIG["compute"])
        if CONFIG["debug_bf16"]:
            c = jnp.bfloat16
        xc, yc = x.astype(c), y.astype(c)

        def run(w, b):
            return jnp.mean((xc @ w.astype(c) + b.astype(c) - yc) ** 2)

        def up(w, b):
            return run(w, b).astype(CONFIG["reduce_to"]) * scale

        gw, gb = jax.grad(up, argnums=(0, 1))(w, b)
        gw, gb = gw.astype("float32") / scale, gb.astype("float32") / scale
        flags = jnp.array([jnp.isfinite(gw).all(), jnp.isfinite(gb).all()])
        shadow = (w.astype(c) - lr * gw.astype(c), b.astype(c) - lr * gb.astype(c))  # for comparison in the debugger
        if flags.all():
            w, b, good = w - lr * gw, b - lr * gb, good + 1
            if good == interval:
                scale, good = min(scale * 2, 2.0**24), 0
        else:
            scale, good = max(scale / 2, 1.0), 0
        del shadow
        x, y = yield run(w, b), scale, good


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    lin = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    co = trainer(lin.kernel[...], lin.bias[...], lr, loss_scale, good_steps, growth_interval)
    next(co)
    loss, scale, good = co.send((jnp.asarray(x), jnp.asarray(y)))
    co.close()
    return jnp.array([jnp.float32(loss), jnp.float32(scale), jnp.float32(good)])
