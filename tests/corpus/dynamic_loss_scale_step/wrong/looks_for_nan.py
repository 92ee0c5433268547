# expect: wrong_answer|pitfall
# finding: partial-finite-check|unchecked-overflow
import jax
import jax.numpy as jnp
import optax
from flax import nnx


def has_nan(tree):
    return any(bool(jnp.isnan(leaf).any()) for leaf in jax.tree.leaves(tree))  #@ partial-finite-check


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    model = nnx.Linear(x.shape[1], y.shape[1], dtype=jnp.float16, rngs=nnx.Rngs(int(seed)))
    graphdef, params = nnx.split(model, nnx.Param)
    labels = y.astype(jnp.float16)
    opt = optax.sgd(lr)

    def run(params):
        outputs = nnx.merge(graphdef, params)(x)
        return jnp.mean((outputs - labels) ** 2)

    def run_scaled(params):
        return run(params).astype(jnp.float32) * loss_scale

    grads = jax.grad(run_scaled)(params)
    grads = jax.tree.map(lambda g: g.astype(jnp.float32) / loss_scale, grads)
    skip = has_nan(grads)  #@ partial-finite-check

    if skip:
        scale, count = max(loss_scale / 2, 1.0), 0
    else:
        updates, _ = opt.update(grads, opt.init(params), params)
        params = optax.apply_updates(params, updates)
        scale, count = loss_scale, good_steps + 1
        if count == growth_interval:
            scale, count = min(scale * 2, 2.0**24), 0
    return jnp.array([run(params), scale, count], dtype=jnp.float32)
