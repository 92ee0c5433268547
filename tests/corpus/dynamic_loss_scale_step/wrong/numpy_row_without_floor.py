# expect: wrong_answer
# finding: wrong-output-dtype
# finding: scale-unbounded
import jax
import jax.numpy as jnp
import numpy as np
import optax
from flax import nnx


@jax.jit
def loss_of(params, x, y):
    w, b = (p.astype(jnp.float16) for p in params)
    pred = jnp.einsum("ni,io->no", x.astype(jnp.float16), w) + b
    return jnp.mean((pred - y.astype(jnp.float16)) ** 2).astype(jnp.float32)


@jax.jit
def grads_of(params, x, y, scale):
    g = jax.grad(lambda p: loss_of(p, x, y) * scale)(params)
    return jax.tree.map(lambda a: a / scale, g)


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    layer = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    params = (layer.kernel[...], layer.bias[...])
    grads = grads_of(params, x, y, jnp.float32(loss_scale))

    if all(np.isfinite(np.asarray(g)).all() for g in grads):
        tx = optax.sgd(lr)
        updates, _ = tx.update(grads, tx.init(params))
        params = optax.apply_updates(params, updates)
        good_steps += 1
        if good_steps == growth_interval:
            loss_scale *= 2.0
            good_steps = 0
    else:
        loss_scale *= 0.5  #@ scale-unbounded
        good_steps = 0

    loss_scale = min(loss_scale, 2.0**24)  #@ scale-unbounded
    return np.array([float(loss_of(params, x, y)), loss_scale, good_steps])  #@ wrong-output-dtype
