# expect: wrong_answer
# finding: scale-unbounded
import jax
import jax.numpy as jnp
import optax
from flax import nnx

MAX_LOSS_SCALE = 2.0**24


def new_scale_and_count(scale, count, interval, finite):
    if not finite:
        return scale * 0.5, 0  #@ scale-unbounded
    if count + 1 < interval:
        return scale, count + 1
    return min(scale * 2.0, MAX_LOSS_SCALE), 0


@nnx.jit
def gradients(model, x, y, scale):
    def f(m):
        out = m(x.astype(jnp.float16))
        return jnp.mean((out - y.astype(jnp.float16)) ** 2).astype(jnp.float32) * scale

    grads = jax.tree.map(lambda g: g / scale, nnx.grad(f)(model))
    finite = jnp.array([jnp.isfinite(g).all() for g in jax.tree.leaves(grads)]).all()
    return grads, finite, f(model) / scale


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    model = nnx.Linear(x.shape[1], y.shape[1], dtype=jnp.float16, rngs=nnx.Rngs(int(seed)))
    optimizer = nnx.Optimizer(model, optax.sgd(lr), wrt=nnx.Param)
    grads, finite, _ = gradients(model, x, y, loss_scale)
    if finite:
        optimizer.update(model, grads)
    loss = gradients(model, x, y, 1.0)[2]
    scale, count = new_scale_and_count(loss_scale, good_steps, growth_interval, bool(finite))
    return jnp.array([loss, scale, count])
