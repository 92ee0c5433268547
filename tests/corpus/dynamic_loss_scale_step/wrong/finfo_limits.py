# expect: pitfall|wrong_answer
# finding: scale-unbounded
import jax
import jax.numpy as jnp
import optax
from flax import nnx

COMPUTE = jnp.float16
SMALLEST = float(jnp.finfo(COMPUTE).tiny)  #@ scale-unbounded
LARGEST = 2.0**24


def bounded(scale):
    return jnp.clip(scale, SMALLEST, LARGEST)  #@ scale-unbounded


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    model = nnx.Linear(x.shape[1], y.shape[1], dtype=COMPUTE, rngs=nnx.Rngs(int(seed)))
    opt = nnx.Optimizer(model, optax.sgd(lr), wrt=nnx.Param)
    y = y.astype(COMPUTE)
    scale = jnp.float32(loss_scale)

    def loss_fn(m):
        loss = jnp.mean(jnp.square(m(x) - y)).astype(jnp.float32)
        return loss * scale, loss

    grads, _ = nnx.grad(loss_fn, has_aux=True)(model)
    grads = jax.tree.map(lambda g: g / scale, grads)
    finite = jnp.all(jnp.array([jnp.all(jnp.isfinite(g)) for g in jax.tree.leaves(grads)]))
    grads = jax.tree.map(lambda g: jnp.where(finite, g, 0.0), grads)
    opt.update(model, grads)

    grow = finite & (good_steps + 1 >= growth_interval)
    new_scale = bounded(jnp.where(grow, scale * 2, jnp.where(finite, scale, scale / 2)))  #@ scale-unbounded
    new_count = jnp.where(finite & ~grow, good_steps + 1, 0)
    _, loss = loss_fn(model)
    return jnp.stack([loss, new_scale, new_count.astype(jnp.float32)])
