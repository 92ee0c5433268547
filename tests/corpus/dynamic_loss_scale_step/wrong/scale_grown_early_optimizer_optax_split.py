# expect: pitfall|wrong_answer
# finding: scale-grown-early
import jax
import jax.numpy as jnp
import optax
from flax import nnx


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    model = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    opt = nnx.Optimizer(model, optax.sgd(lr), wrt=nnx.Param)
    gd, _ = nnx.split(model)
    x16, y16 = x.astype(jnp.float16), y.astype(jnp.float16)

    def loss(m):
        half = jax.tree.map(lambda a: a.astype(jnp.float16), nnx.state(m))
        return jnp.mean((nnx.merge(gd, half)(x16) - y16) ** 2)

    grads = nnx.grad(lambda m: loss(m).astype(jnp.float32) * loss_scale)(model)
    grads = jax.tree.map(lambda g: g / loss_scale, grads)
    if all(jnp.isfinite(g).all() for g in jax.tree.leaves(grads)):
        opt.update(model, grads)
        loss_scale = min(loss_scale * 2, 2.0**24)  #@ scale-grown-early
        good_steps = (good_steps + 1) % growth_interval
    else:
        loss_scale = max(loss_scale / 2, 1.0)
        good_steps = 0
    return jnp.array([loss(model), loss_scale, good_steps], dtype=jnp.float32)
