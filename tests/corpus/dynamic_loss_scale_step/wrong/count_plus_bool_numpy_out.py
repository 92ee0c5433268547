# expect: pitfall|wrong_answer
# finding: count-not-reset
# finding: wrong-output-dtype
import jax
import jax.numpy as jnp
import numpy as np
from flax import nnx


def forward_loss(theta, x, y):
    w, b = theta
    w, b = jnp.asarray(w, jnp.float16), jnp.asarray(b, jnp.float16)
    return jnp.mean((x @ w + b - y) ** 2)


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    init = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    theta = [np.array(init.kernel[...]), np.array(init.bias[...])]
    x = jnp.asarray(np.float16(x))
    y = jnp.asarray(np.float16(y))

    grads = jax.grad(lambda t: forward_loss(t, x, y).astype(jnp.float32) * loss_scale)(theta)
    grads = [np.asarray(g, np.float32) / np.float32(loss_scale) for g in grads]
    ok = all(np.isfinite(g).all() for g in grads)
    if ok:
        for t, g in zip(theta, grads):
            t -= np.float32(lr) * g

    good_steps += ok  #@ count-not-reset
    if good_steps == growth_interval:
        good_steps = 0
        loss_scale = min(loss_scale * 2.0, 2.0**24)
    if not ok:
        loss_scale = max(loss_scale / 2.0, 1.0)  #@ count-not-reset

    return np.array([float(forward_loss(theta, x, y)), loss_scale, good_steps])  #@ wrong-output-dtype
