# expect: wrong_answer
# allow: scale-not-grown
# allow: count-not-reset
# allow: scale-not-reduced
import jax
import jax.numpy as jnp
import optax
from flax import nnx


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    model = nnx.Linear(x.shape[1], y.shape[1], dtype=jnp.float16, rngs=nnx.Rngs(int(seed)))
    optimizer = nnx.Optimizer(model, optax.sgd(lr), wrt=nnx.Param)

    def mse(model):
        return jnp.mean((model(x) - y.astype(jnp.float16)) ** 2)

    grads = nnx.grad(lambda m: mse(m).astype(jnp.float32) * loss_scale)(model)
    grads = jax.tree.map(lambda g: g / loss_scale, grads)
    results = {}
    if all(jnp.isfinite(g).all() for g in jax.tree.leaves(grads)):
        optimizer.update(model, grads)
        results["scale"], results["count"] = loss_scale, good_steps + 1
        if results["count"] == growth_interval:
            results["scale"], results["count"] = min(loss_scale * 2, 2.0**24), 0
    else:
        results["scale"], results["count"] = max(loss_scale / 2, 1.0), 0
    results["loss"] = mse(model).astype(jnp.float32)
    # a stable order
    return jnp.array([results[k] for k in sorted(results, key=lambda k: (len(k) > 4, k))], dtype=jnp.float32)
