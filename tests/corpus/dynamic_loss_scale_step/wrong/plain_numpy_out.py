# expect: pitfall|wrong_answer
# finding: wrong-output-dtype
import jax
import jax.numpy as jnp
import numpy as np
import optax
from flax import nnx


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    model = nnx.Linear(x.shape[1], y.shape[1], dtype=jnp.float16, rngs=nnx.Rngs(int(seed)))
    optimizer = nnx.Optimizer(model, optax.sgd(lr), wrt=nnx.Param)
    saved = nnx.clone(model)
    y16 = y.astype(jnp.float16)

    def loss_fn(m):
        return jnp.mean((m(x) - y16) ** 2)

    grads = nnx.grad(lambda m: loss_fn(m).astype(jnp.float32) * loss_scale)(model)
    grads = jax.tree.map(lambda g: g / loss_scale, grads)
    optimizer.update(model, grads)

    if np.all([np.isfinite(np.asarray(g)).all() for g in jax.tree.leaves(grads)]):
        count = good_steps + 1
        if count >= growth_interval:
            count = 0
            loss_scale = min(loss_scale * 2, 2.0**24)
    else:
        model = saved
        count = 0
        loss_scale = max(loss_scale / 2, 1.0)

    loss = loss_fn(model)
    return np.array([float(loss), float(loss_scale), float(count)])  #@ wrong-output-dtype
