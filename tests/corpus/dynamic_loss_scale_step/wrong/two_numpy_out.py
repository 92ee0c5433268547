# expect: wrong_answer|pitfall
# finding: missing-loss-scale
# finding: wrong-output-dtype
import jax
import jax.numpy as jnp
import numpy as np
import optax
from flax import nnx


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    graphdef, params = nnx.split(nnx.Linear(x.shape[1], y.shape[1], dtype=jnp.float16, rngs=nnx.Rngs(int(seed))))
    y16 = y.astype(jnp.float16)
    tx = optax.sgd(lr)

    def loss_fn(params):
        model = nnx.merge(graphdef, params)
        return jnp.mean(optax.squared_error(model(x), y16)).astype(jnp.float32)  #@ missing-loss-scale

    grads = jax.grad(loss_fn)(params)  #@ missing-loss-scale
    finite = bool(np.all([np.isfinite(np.asarray(g)).all() for g in jax.tree.leaves(grads)]))
    if finite:
        updates, _ = tx.update(grads, tx.init(params), params)
        params = optax.apply_updates(params, updates)

    scale = np.float64(loss_scale)
    count = np.int64(good_steps)
    if finite:
        count += 1
        if count == growth_interval:
            scale = np.minimum(scale * 2, 2**24)
            count = np.int64(0)
    else:
        scale = np.maximum(scale / 2, 1)
        count = np.int64(0)
    return np.array([float(loss_fn(params)), scale, count])  #@ wrong-output-dtype
