# expect: pitfall|wrong_answer
# finding: low-precision-unscale
import jax
import jax.numpy as jnp
import numpy as np
from flax import nnx


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    layer = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    masters = {n: np.array(getattr(layer, n)[...]) for n in ('kernel', 'bias')}
    X, Y = np.asarray(x, np.float16), np.asarray(y, np.float16)

    def cost(half, factor):
        z = jnp.asarray(X) @ half['kernel'] + half['bias']
        return jnp.mean((z - Y) ** 2).astype(jnp.float32) * factor

    halves = {n: jnp.asarray(m, jnp.float16) for n, m in masters.items()}
    buffers = {n: np.array(g) for n, g in jax.grad(cost)(halves, jnp.float32(loss_scale)).items()}
    ok = True
    with np.errstate(all='ignore'):
        for n, buf in buffers.items():
            ok &= bool(np.isfinite(buf).all())
            buf /= loss_scale  #@ low-precision-unscale
        if ok:
            for n in masters:
                masters[n] -= np.float32(lr) * buffers[n].astype(np.float32)
    if ok and good_steps + 1 == growth_interval:
        result = min(loss_scale * 2.0, 2.0**24), 0
    elif ok:
        result = loss_scale, good_steps + 1
    else:
        result = max(loss_scale / 2.0, 1.0), 0
    halves = {n: jnp.asarray(m, jnp.float16) for n, m in masters.items()}
    return jnp.array([cost(halves, 1.0), *result], dtype=jnp.float32)
