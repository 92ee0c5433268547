# expect: wrong_answer
# finding: count-not-reset
import jax
import jax.numpy as jnp
import optax
from flax import nnx


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    model = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    optimizer = nnx.Optimizer(model, optax.sgd(lr), wrt=nnx.Param)
    graphdef, _ = nnx.split(model)

    def loss_fn(model):
        state16 = jax.tree.map(lambda p: p.astype(jnp.float16), nnx.state(model))
        model16 = nnx.merge(graphdef, state16)
        return jnp.mean((model16(x.astype(jnp.float16)) - y.astype(jnp.float16)) ** 2)

    grads = nnx.grad(lambda m: loss_fn(m).astype(jnp.float32) * loss_scale)(model)
    grads = jax.tree.map(lambda g: g / loss_scale, grads)
    finite = jax.tree.all(jax.tree.map(lambda g: bool(jnp.isfinite(g).all()), grads))

    new_good_steps = good_steps + 1 if finite else 0
    new_scale = loss_scale
    if finite:
        optimizer.update(model, grads)
    else:
        new_scale = max(loss_scale * 0.5, 1.0)
    if new_good_steps == growth_interval:
        new_scale = min(loss_scale * 2.0, 2.0**24)
        good_steps = 0  #@ count-not-reset
    loss = loss_fn(model).astype(jnp.float32)
    return jnp.array([loss, new_scale, new_good_steps])  #@ count-not-reset
