# expect: pitfall|wrong_answer
# finding: low-precision-loss-scale
import jax
import jax.numpy as jnp
import optax
from flax import nnx


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    model = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    optimizer = nnx.Optimizer(model, optax.sgd(lr), wrt=nnx.Param)
    x, y = x.astype(jnp.float16), y.astype(jnp.float16)

    def loss_fn(model):
        pred = x @ model.kernel[...].astype(jnp.float16) + model.bias[...].astype(jnp.float16)
        return jnp.mean((pred - y) ** 2)

    def scaled_loss(model):
        return loss_fn(model) * loss_scale  #@ low-precision-loss-scale

    grads = nnx.grad(scaled_loss)(model)
    grads = jax.tree.map(lambda g: g.astype(jnp.float32) / loss_scale, grads)
    finite = jax.tree.all(jax.tree.map(lambda g: bool(jnp.isfinite(g).all()), grads))
    if finite:
        optimizer.update(model, grads)
        count = good_steps + 1
        scale = loss_scale
    else:
        count = 0
        scale = max(loss_scale / 2, 1.0)
    if finite and count == growth_interval:
        count = 0
        scale = min(loss_scale * 2, 2.0**24)
    return jnp.array([loss_fn(model).astype(jnp.float32), scale, count])
