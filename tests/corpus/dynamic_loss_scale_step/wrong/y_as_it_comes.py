# expect: wrong_answer|pitfall
# finding: uncast-targets
import jax
import jax.numpy as jnp
import optax
from flax import nnx


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    # dtype=float16: x and the parameters are cast in the layer
    model = nnx.Linear(x.shape[1], y.shape[1], dtype=jnp.float16, rngs=nnx.Rngs(int(seed)))
    optimizer = nnx.Optimizer(model, optax.sgd(lr), wrt=nnx.Param)

    def loss_fn(model, x, y):
        pred = model(x)
        return jnp.mean(jnp.square(pred - y))  #@ uncast-targets

    def scaled_loss_fn(model, x, y):
        return loss_fn(model, x, y).astype(jnp.float32) * loss_scale

    grads = nnx.grad(scaled_loss_fn)(model, x, y)
    grads = jax.tree.map(lambda g: g.astype(jnp.float32) / loss_scale, grads)
    finite = all(bool(jnp.isfinite(g).all()) for g in jax.tree.leaves(grads))

    if not finite:
        loss_scale = max(loss_scale * 0.5, 1.0)
        good_steps = 0
    else:
        optimizer.update(model, grads)
        good_steps = good_steps + 1
        if good_steps >= growth_interval:
            loss_scale = min(loss_scale * 2.0, 2.0**24)
            good_steps = 0

    return jnp.array([loss_fn(model, x, y), loss_scale, good_steps], dtype=jnp.float32)
