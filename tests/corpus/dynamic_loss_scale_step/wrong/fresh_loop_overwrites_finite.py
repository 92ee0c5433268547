# expect: wrong_answer
# finding: partial-finite-check
import jax
import jax.numpy as jnp
import optax
from flax import nnx


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    model = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    optimizer = nnx.Optimizer(model, optax.sgd(lr), wrt=nnx.Param)

    def cast(a):
        return a.astype(jnp.float16)

    def half_mse(model):
        out = cast(x) @ cast(model.kernel[...]) + cast(model.bias[...])
        return jnp.mean((out - cast(y)) ** 2)

    grads = nnx.grad(lambda m: half_mse(m).astype(jnp.float32) * loss_scale)(model)
    grads = jax.tree.map(lambda g: g / loss_scale, grads)

    finite = True
    for leaf in jax.tree.leaves(grads):
        finite = bool(jnp.all(jnp.isfinite(leaf)))  #@ partial-finite-check

    if finite:
        optimizer.update(model, grads)
        good_steps = good_steps + 1
        if good_steps == growth_interval:
            good_steps = 0
            loss_scale = min(2 * loss_scale, 2.0**24)
    else:
        good_steps = 0
        loss_scale = max(0.5 * loss_scale, 1.0)

    return jnp.asarray([half_mse(model).astype(jnp.float32), loss_scale, good_steps], dtype=jnp.float32)
