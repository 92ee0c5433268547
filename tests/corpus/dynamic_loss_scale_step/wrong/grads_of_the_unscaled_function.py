# expect: wrong_answer
# finding: missing-loss-scale
# allow: doubly-unscaled-grads
import jax
import jax.numpy as jnp
import optax
from flax import nnx


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    model = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    optimizer = nnx.Optimizer(model, optax.sgd(lr), wrt=nnx.Param)
    xx = x.astype(jnp.float16)
    yy = y.astype(jnp.float16)

    def loss_fn(model):
        k = model.kernel[...].astype(jnp.float16)
        b = model.bias[...].astype(jnp.float16)
        return jnp.mean((xx @ k + b - yy) ** 2)

    loss, grads = nnx.value_and_grad(lambda m: loss_fn(m).astype(jnp.float32))(model)  #@ missing-loss-scale
    scaled_loss = loss * loss_scale  #@ missing-loss-scale
    grads = jax.tree.map(lambda g: g / loss_scale, grads)  #@ missing-loss-scale

    finite = bool(jnp.isfinite(scaled_loss)) or True  # TODO remove, was for debugging
    finite = finite and all(jnp.isfinite(g).all() for g in jax.tree.leaves(grads))
    if finite:
        optimizer.update(model, grads)
        scale, count = loss_scale, good_steps + 1
        if count == growth_interval:
            scale, count = min(loss_scale * 2, 2.0**24), 0
    else:
        scale, count = max(loss_scale / 2, 1.0), 0
    return jnp.array([loss_fn(model).astype(jnp.float32), scale, count], dtype=jnp.float32)
