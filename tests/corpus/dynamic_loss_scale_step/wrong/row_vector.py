# expect: wrong_answer|pitfall
# finding: wrong-output-shape
import jax
import jax.numpy as jnp
import optax
from flax import nnx


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    model = nnx.Linear(x.shape[1], y.shape[1], dtype=jnp.float16, rngs=nnx.Rngs(int(seed)))
    optimizer = nnx.Optimizer(model, optax.sgd(lr), wrt=nnx.Param)
    y = y.astype(jnp.float16)

    def loss_fn(model):
        return jnp.mean(jnp.square(model(x) - y)).astype(jnp.float32)

    def scaled(model):
        return loss_fn(model) * loss_scale

    grads = nnx.grad(scaled)(model)
    grads = jax.tree.map(lambda g: g.astype(jnp.float32) / loss_scale, grads)
    ok = not any(bool(jnp.any(jnp.logical_not(jnp.isfinite(g)))) for g in jax.tree.leaves(grads))
    if ok:
        optimizer.update(model, grads)

    count = good_steps + 1
    if not ok:
        row = [max(loss_scale / 2, 1.0), 0]
    elif count == growth_interval:
        row = [min(loss_scale * 2, 2.0**24), 0]
    else:
        row = [loss_scale, count]
    return jnp.array([[loss_fn(model)] + row], dtype=jnp.float32)  #@ wrong-output-shape
