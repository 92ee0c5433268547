# expect: accepted
import jax
import jax.numpy as jnp
import optax
from flax import nnx


def all_finite(tree):
    return jnp.all(jnp.array([jnp.all(jnp.isfinite(l)) for l in jax.tree.leaves(tree)]))


@nnx.jit
def step(model, optimizer, x, y, loss_scale):
    def loss_fn(model):
        w, b = model.kernel[...].astype(jnp.float16), model.bias[...].astype(jnp.float16)
        out = jnp.matmul(x.astype(jnp.float16), w) + b
        return jnp.mean((out - y.astype(jnp.float16)) ** 2)

    grads = nnx.grad(lambda m: loss_fn(m).astype(jnp.float32) * loss_scale)(model)
    finite = all_finite(grads)
    # with plain SGD a gradient of 0 is a step that isn't made
    grads = jax.tree.map(lambda g: jnp.where(finite, g / loss_scale, 0.0), grads)
    optimizer.update(model, grads)
    return loss_fn(model).astype(jnp.float32), finite


def next_scale(finite, loss_scale, good_steps, growth_interval):
    if not finite:
        return max(loss_scale / 2, 1.0), 0
    if good_steps + 1 >= growth_interval:
        return min(loss_scale * 2, 2.0**24), 0
    return loss_scale, good_steps + 1


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    model = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    optimizer = nnx.Optimizer(model, optax.sgd(lr), wrt=nnx.Param)
    loss, finite = step(model, optimizer, x, y, loss_scale)
    scale, count = next_scale(bool(finite), loss_scale, good_steps, growth_interval)
    return jnp.stack([loss, jnp.float32(scale), jnp.float32(count)])
