# expect: wrong_answer
# finding: scale-not-grown
# finding: scale-not-reduced
import jax
import jax.numpy as jnp
import optax
from flax import nnx


def loss_fn(model, x, y):
    w = jnp.asarray(model.kernel[...], jnp.float16)
    b = jnp.asarray(model.bias[...], jnp.float16)
    pred = jnp.matmul(jnp.asarray(x, jnp.float16), w) + b
    return jnp.mean(jnp.square(pred - jnp.asarray(y, jnp.float16)))


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    model = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    opt = nnx.Optimizer(model, optax.chain(optax.scale(1.0 / loss_scale), optax.sgd(lr)), wrt=nnx.Param)
    grads = nnx.grad(lambda m: loss_fn(m, x, y).astype(jnp.float32) * loss_scale)(model)
    flags = [bool(jnp.all(jnp.isfinite(g))) for g in jax.tree.leaves(grads)]
    if all(flags):
        opt.update(model, grads)
        good_steps = good_steps + 1
        if good_steps == growth_interval:
            good_steps, new_scale = 0, min(2.0**24, loss_scale * 2)
    else:
        good_steps, new_scale = 0, max(1.0, loss_scale / 2)
    return jnp.hstack([loss_fn(model, x, y).astype(jnp.float32), loss_scale, good_steps])  #@ scale-not-grown, scale-not-reduced
