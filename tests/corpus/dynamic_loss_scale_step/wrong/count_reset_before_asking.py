# expect: wrong_answer
# finding: scale-not-grown
import jax
import jax.numpy as jnp
import optax
from flax import nnx


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    model = nnx.Linear(x.shape[1], y.shape[1], dtype=jnp.float16, rngs=nnx.Rngs(int(seed)))
    opt = nnx.Optimizer(model, optax.sgd(lr), wrt=nnx.Param)

    def loss_fn(m):
        return optax.squared_error(m(x), y.astype(jnp.float16)).mean().astype(jnp.float32)

    g = nnx.grad(lambda m: loss_fn(m) * loss_scale)(model)
    g = jax.tree.map(lambda a: a / loss_scale, g)
    ok = all(jnp.isfinite(a).all() for a in jax.tree.leaves(g))
    if ok:
        opt.update(model, g)
    # wraps around by itself
    good_steps = (good_steps + 1) % growth_interval if ok else 0  #@ scale-not-grown
    if not ok:
        loss_scale = max(loss_scale / 2, 1.0)
    elif good_steps == growth_interval:  #@ scale-not-grown
        loss_scale = min(loss_scale * 2, 2.0**24)
    return jnp.array([loss_fn(model), loss_scale, good_steps], dtype=jnp.float32)
