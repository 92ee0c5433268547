# expect: wrong_answer
# finding: scale-grown-early
# allow: count-not-reset
import jax
import jax.numpy as jnp
import optax
from flax import nnx


@jax.jit
def adjust(scale, count, interval, finite):
    def on_success(args):
        scale, count = args
        count = count + 1
        # this step is a good one, too
        grow = count + 1 >= interval  #@ scale-grown-early
        return jnp.where(grow, jnp.minimum(2 * scale, 2.0**24), scale), jnp.where(grow, 0, count)

    def on_overflow(args):
        scale, count = args
        return jnp.maximum(scale / 2, 1.0), jnp.zeros_like(count)

    return jax.lax.cond(finite, on_success, on_overflow, (scale, count))


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    model = nnx.Linear(x.shape[1], y.shape[1], dtype=jnp.float16, rngs=nnx.Rngs(int(seed)))
    optimizer = nnx.Optimizer(model, optax.sgd(lr), wrt=nnx.Param)

    def loss_fn(model):
        return jnp.mean((model(x.astype(jnp.float16)) - y.astype(jnp.float16)) ** 2)

    grads = nnx.grad(lambda m: loss_fn(m).astype(jnp.float32) * loss_scale)(model)
    grads = jax.tree.map(lambda g: g / loss_scale, grads)
    finite = jnp.stack([jnp.isfinite(g).all() for g in jax.tree.leaves(grads)]).all()
    if finite:
        optimizer.update(model, grads)
    scale, count = adjust(jnp.float32(loss_scale), jnp.int32(good_steps), growth_interval, finite)
    return jnp.stack([loss_fn(model).astype(jnp.float32), scale, count.astype(jnp.float32)])
