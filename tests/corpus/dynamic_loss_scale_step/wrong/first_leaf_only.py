# expect: pitfall|wrong_answer
# finding: partial-finite-check
import jax
import jax.numpy as jnp
import optax
from flax import nnx


def is_finite(grads):
    return bool(jnp.isfinite(jax.tree.leaves(grads)[0]).all())  #@ partial-finite-check


def update_scale(scale, count, interval, finite):
    if not finite:
        return max(scale / 2, 1.0), 0
    count += 1
    if count >= interval:
        return min(scale * 2, 2.0**24), 0
    return scale, count


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    model = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    optimizer = nnx.Optimizer(model, optax.sgd(lr), wrt=nnx.Param)
    graphdef, _ = nnx.split(model)

    def loss_fn(model):
        half = nnx.merge(graphdef, jax.tree.map(lambda p: p.astype(jnp.float16), nnx.state(model)))
        return jnp.mean((half(x.astype(jnp.float16)) - y.astype(jnp.float16)) ** 2)

    grads = nnx.grad(lambda m: loss_fn(m).astype(jnp.float32) * loss_scale)(model)
    grads = jax.tree.map(lambda g: g / loss_scale, grads)
    finite = is_finite(grads)
    if finite:
        optimizer.update(model, grads)
    scale, count = update_scale(loss_scale, good_steps, growth_interval, finite)
    return jnp.array([loss_fn(model).astype(jnp.float32), scale, count], jnp.float32)
