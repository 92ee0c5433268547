# expect: pitfall|wrong_answer
# finding: scale-unbounded|scale-not-grown
import jax
import jax.numpy as jnp
import optax
from flax import nnx

MAX_SCALE = float(jnp.finfo(jnp.float16).max)  #@ scale-not-grown, scale-unbounded


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    model = nnx.Linear(x.shape[1], y.shape[1], dtype=jnp.float16, rngs=nnx.Rngs(int(seed)))
    opt = nnx.Optimizer(model, optax.sgd(lr), wrt=nnx.Param)
    x16 = jnp.asarray(x).astype(jnp.float16)
    y16 = jnp.asarray(y).astype(jnp.float16)

    def loss(m):
        return jnp.mean((m(x16) - y16) ** 2).astype(jnp.float32)

    grads = nnx.grad(lambda m: loss(m) * loss_scale)(model)
    grads = jax.tree.map(lambda g: g / loss_scale, grads)
    finite = all(bool(jnp.isfinite(g).all()) for g in jax.tree.leaves(grads))
    if not finite:
        return jnp.array([loss(model), max(loss_scale / 2, 1.0), 0], dtype=jnp.float32)
    opt.update(model, grads)
    if good_steps + 1 < growth_interval:
        return jnp.array([loss(model), loss_scale, good_steps + 1], dtype=jnp.float32)
    return jnp.array([loss(model), min(loss_scale * 2, MAX_SCALE), 0], dtype=jnp.float32)  #@ scale-not-grown, scale-unbounded
