# expect: wrong_answer
# finding: scale-not-grown
import jax
import jax.numpy as jnp
import optax
from flax import nnx

CONFIG = {"growth": 1.5, "backoff": 0.5, "lo": 1.0, "hi": 2.0**24}  #@ scale-not-grown


def adjust(scale, key):
    return float(min(max(scale * CONFIG[key], CONFIG["lo"]), CONFIG["hi"]))


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    model = nnx.Linear(x.shape[1], y.shape[1], dtype=jnp.float16, rngs=nnx.Rngs(int(seed)))
    optimizer = nnx.Optimizer(model, optax.sgd(lr), wrt=nnx.Param)

    def mse(model):
        return jnp.mean((model(x.astype(jnp.float16)) - y.astype(jnp.float16)) ** 2)

    grads = nnx.grad(lambda m: mse(m).astype(jnp.float32) * loss_scale)(model)
    grads = jax.tree.map(lambda g: g / loss_scale, grads)
    if all(jnp.isfinite(g).all() for g in jax.tree.leaves(grads)):
        optimizer.update(model, grads)
        scale, count = loss_scale, good_steps + 1
        if count == growth_interval:
            # a bit more careful than doubling
            scale, count = adjust(loss_scale, "growth"), 0  #@ scale-not-grown
    else:
        scale, count = adjust(loss_scale, "backoff"), 0
    return jnp.array([mse(model).astype(jnp.float32), scale, count], dtype=jnp.float32)
