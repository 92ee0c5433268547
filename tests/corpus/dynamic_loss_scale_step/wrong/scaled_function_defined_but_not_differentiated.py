# expect: wrong_answer
# finding: missing-loss-scale
# allow: doubly-unscaled-grads
import jax
import jax.numpy as jnp
import optax
from flax import nnx


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    model = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    opt = nnx.Optimizer(model, optax.sgd(lr), wrt=nnx.Param)
    xh, yh = x.astype(jnp.float16), y.astype(jnp.float16)

    def loss_fn(model):
        k, b = model.kernel[...].astype(jnp.float16), model.bias[...].astype(jnp.float16)
        return jnp.mean(jnp.square(xh @ k + b - yh)).astype(jnp.float32)

    def scaled_loss_fn(model):
        return loss_fn(model) * loss_scale

    grads = nnx.grad(loss_fn)(model)  #@ missing-loss-scale
    finite = all(bool(jnp.isfinite(g).all()) for g in jax.tree.leaves(grads))
    if finite:
        opt.update(model, grads)
        good_steps += 1
        if good_steps == growth_interval:
            good_steps, loss_scale = 0, min(loss_scale * 2, 2.0**24)
    else:
        good_steps, loss_scale = 0, max(loss_scale / 2, 1.0)
    return jnp.array([loss_fn(model), loss_scale, good_steps], dtype=jnp.float32)
