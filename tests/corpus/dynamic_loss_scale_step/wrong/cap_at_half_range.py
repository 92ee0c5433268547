# expect: wrong_answer
# finding: scale-unbounded
# A scale that float16 can't hold is of no use, so it is never let above 32768.
import jax
import jax.numpy as jnp
import optax
from flax import nnx

LARGEST_USEFUL = 2.0**15


def grow(scale):
    return min(scale * 2, LARGEST_USEFUL)  #@ scale-unbounded


def shrink(scale):
    return max(scale / 2, 1.0)


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    model = nnx.Linear(x.shape[1], y.shape[1], dtype=jnp.float16, rngs=nnx.Rngs(int(seed)))
    optimizer = nnx.Optimizer(model, optax.sgd(lr), wrt=nnx.Param)

    def loss_fn(m):
        return jnp.mean((m(x.astype(jnp.float16)) - y.astype(jnp.float16)) ** 2)

    grads = nnx.grad(lambda m: loss_fn(m).astype(jnp.float32) * loss_scale)(model)
    grads = jax.tree.map(lambda g: g / loss_scale, grads)
    finite = jax.tree.all(jax.tree.map(lambda g: bool(jnp.isfinite(g).all()), grads))
    if finite:
        optimizer.update(model, grads)
        count = good_steps + 1
        full = count >= growth_interval
        scale, count = (grow(loss_scale), 0) if full else (loss_scale, count)
    else:
        scale, count = shrink(loss_scale), 0
    return jnp.array([loss_fn(model).astype(jnp.float32), scale, count])
