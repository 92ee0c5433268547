# expect: pitfall|wrong_answer
# finding: low-precision-grads
import jax
import jax.numpy as jnp
import numpy as np
from flax import nnx


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    lin = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    masters = [np.array(lin.kernel[...]), np.array(lin.bias[...])]
    xh, yh = jnp.asarray(np.asarray(x, np.float16)), jnp.asarray(np.asarray(y, np.float16))

    def loss(k, b):
        return jnp.mean((xh @ k + b - yh) ** 2)

    scaled = lambda k, b: loss(k, b).astype(np.float32) * loss_scale
    copies = [jnp.asarray(m.astype(np.float16)) for m in masters]
    raw = [np.array(g) for g in jax.grad(scaled, argnums=(0, 1))(*copies)]
    divisor = np.float32(loss_scale)
    ok = True
    for g in raw:
        with np.errstate(all="ignore"):
            np.divide(g.astype(np.float32), divisor, out=g, casting="unsafe")  #@ low-precision-grads
        ok &= bool(np.isfinite(g).all())
    if ok:
        for m, g in zip(masters, raw):
            m -= np.float32(lr) * g.astype(np.float32)
        n = good_steps + 1
        s = loss_scale
        if n == growth_interval:
            n, s = 0, min(2.0 * s, 2.0**24)
    else:
        n, s = 0, max(loss_scale / 2, 1.0)
    final = loss(*[jnp.asarray(m.astype(np.float16)) for m in masters])
    return jnp.array([final.astype(np.float32), s, n], np.float32)
