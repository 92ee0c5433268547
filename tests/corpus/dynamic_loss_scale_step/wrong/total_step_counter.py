# expect: wrong_answer
# finding: count-not-reset
import jax
import jax.numpy as jnp
import numpy as np
from flax import nnx


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    lin = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    k, b = lin.kernel[...], lin.bias[...]

    # the counter is advanced once per call, whatever happens
    step = good_steps + 1

    def L(k, b):
        q = jnp.matmul(x.astype(jnp.float16), k.astype(jnp.float16)) + b.astype(jnp.float16)
        return jnp.mean((q - y.astype(jnp.float16)) ** 2)

    dk, db = jax.grad(lambda k, b: L(k, b).astype(jnp.float32) * loss_scale, argnums=(0, 1))(k, b)
    dk, db = dk / loss_scale, db / loss_scale
    scale = loss_scale
    if np.isfinite(dk).all() and np.isfinite(db).all():
        k, b = k - lr * dk, b - lr * db
        if step == growth_interval:
            scale = min(scale * 2, 2.0**24)
            step = 0
    else:
        scale = max(scale / 2, 1.0)  #@ count-not-reset

    out = np.zeros(3, np.float32)
    out[:] = float(L(k, b)), scale, step  #@ count-not-reset
    return out
