# expect: wrong_answer|pitfall
# finding: wrong-half-dtype
import jax
import jax.numpy as jnp
import ml_dtypes
import numpy as np
import optax
from flax import nnx


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    target = np.asarray(y).astype(ml_dtypes.bfloat16)  #@ wrong-half-dtype
    model = nnx.Linear(x.shape[1], y.shape[1], dtype=jnp.bfloat16, rngs=nnx.Rngs(int(seed)))  #@ wrong-half-dtype
    optimizer = nnx.Optimizer(model, optax.sgd(lr), wrt=nnx.Param)

    def forward(model):
        output = model(x)
        assert output.dtype == target.dtype
        return jnp.mean((output - target) ** 2)

    def amplified(model):
        return forward(model).astype(jnp.float32) * np.float32(loss_scale)

    grads = nnx.grad(amplified)(model)
    grads = jax.tree.map(lambda g: g.astype(jnp.float32) / np.float32(loss_scale), grads)
    ok = all(np.isfinite(np.asarray(g)).all() for g in jax.tree.leaves(grads))
    result = np.zeros(3, dtype=np.float32)
    if ok:
        optimizer.update(model, grads)
        result[1] = loss_scale
        result[2] = good_steps + 1
        if result[2] == growth_interval:
            result[1] = min(2 * result[1], 2.0**24)
            result[2] = 0
    else:
        result[1] = max(loss_scale / 2, 1.0)
    result[0] = np.float32(forward(model))
    return jnp.asarray(result)
