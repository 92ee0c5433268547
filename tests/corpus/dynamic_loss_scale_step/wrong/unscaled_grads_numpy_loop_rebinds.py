# expect: pitfall|wrong_answer
# finding: unscaled-grads
import numpy as np
import jax
import jax.numpy as jnp
from flax import nnx


def unscale(grads, loss_scale):
    for g in grads:
        g = g / loss_scale  #@ unscaled-grads


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    layer = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    weights = [np.array(layer.kernel[...]), np.array(layer.bias[...])]
    xx = np.asarray(x, dtype=np.float16)
    yy = np.asarray(y, dtype=np.float16)

    def loss_fn(ws):
        k, b = [jnp.asarray(w, jnp.float16) for w in ws]
        return jnp.mean((jnp.matmul(xx, k) + b - yy) ** 2)

    grads = jax.grad(lambda ws: loss_fn(ws).astype(jnp.float32) * loss_scale)(weights)
    grads = [np.array(g, dtype=np.float32) for g in grads]
    unscale(grads, np.float32(loss_scale))  #@ unscaled-grads
    if np.isfinite(np.concatenate([g.ravel() for g in grads])).all():
        for w, g in zip(weights, grads):
            w -= np.float32(lr) * g
        good_steps += 1
        if good_steps == growth_interval:
            loss_scale, good_steps = min(loss_scale * 2, 2.0**24), 0
    else:
        loss_scale, good_steps = max(loss_scale / 2, 1.0), 0
    return jnp.array([np.float32(loss_fn(weights)), loss_scale, good_steps], jnp.float32)
