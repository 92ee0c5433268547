# expect: pitfall|wrong_answer
# finding: partial-finite-check
import jax
import jax.numpy as jnp
import optax
from flax import nnx


def all_finite(grads):
    return jax.tree.reduce(lambda acc, g: jnp.isfinite(g).all(), grads, True)  #@ partial-finite-check


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    model = nnx.Linear(x.shape[1], y.shape[1], dtype=jnp.float16, param_dtype=jnp.float32, rngs=nnx.Rngs(int(seed)))
    optimizer = nnx.Optimizer(model, optax.sgd(lr), wrt=nnx.Param)
    y16 = y.astype(jnp.float16)

    def loss_fn(m):
        return jnp.mean(jnp.square(m(x) - y16)).astype(jnp.float32)

    grads = nnx.grad(lambda m: loss_fn(m) * loss_scale)(model)
    grads = jax.tree.map(lambda g: g / loss_scale, grads)

    if all_finite(grads):
        optimizer.update(model, grads)
        good_steps += 1
        if good_steps == growth_interval:
            loss_scale = min(loss_scale * 2, 2.0**24)
            good_steps = 0
    else:
        loss_scale = max(loss_scale / 2, 1.0)
        good_steps = 0
    return jnp.array([loss_fn(model), loss_scale, good_steps], dtype=jnp.float32)
