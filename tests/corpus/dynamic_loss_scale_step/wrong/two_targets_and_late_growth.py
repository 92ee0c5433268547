# expect: wrong_answer
# finding: uncast-targets
# finding: scale-not-grown
# allow: count-not-reset
# allow: full-precision-loss
import jax
import jax.numpy as jnp
import optax
from flax import nnx


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    model = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    optimizer = nnx.Optimizer(model, optax.sgd(lr), wrt=nnx.Param)

    def loss_fn(m):
        w, b = m.kernel[...].astype(jnp.float16), m.bias[...].astype(jnp.float16)
        prediction = x.astype(jnp.float16) @ w + b
        return jnp.mean(jnp.square(prediction - y))  #@ uncast-targets

    grads = nnx.grad(lambda m: loss_fn(m).astype(jnp.float32) * loss_scale)(model)
    grads = jax.tree.map(lambda g: g / loss_scale, grads)
    finite = all(bool(jnp.isfinite(g).all()) for g in jax.tree.leaves(grads))
    if not finite:
        return jnp.array([loss_fn(model), max(loss_scale / 2, 1.0), 0])
    optimizer.update(model, grads)
    if good_steps == growth_interval:  #@ scale-not-grown
        return jnp.array([loss_fn(model), min(loss_scale * 2, 2.0**24), 0])
    return jnp.array([loss_fn(model), loss_scale, good_steps + 1])
