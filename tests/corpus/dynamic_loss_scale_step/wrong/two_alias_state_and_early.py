# expect: wrong_answer
# finding: unchecked-overflow
# finding: scale-grown-early
import jax
import jax.numpy as jnp
import optax
from flax import nnx


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    model = nnx.Linear(x.shape[1], y.shape[1], dtype=jnp.float16, rngs=nnx.Rngs(int(seed)))
    opt = nnx.Optimizer(model, optax.sgd(lr), wrt=nnx.Param)
    snapshot = nnx.state(model)  #@ unchecked-overflow

    def loss_fn(m):
        return optax.squared_error(m(x), y.astype(jnp.float16)).mean()

    g = nnx.grad(lambda m: loss_fn(m).astype(jnp.float32) * loss_scale)(model)
    g = jax.tree.map(lambda a: a / loss_scale, g)
    opt.update(model, g)
    if bool(jnp.isfinite(optax.global_norm(g))):
        count = good_steps + 1
        scale = min(loss_scale * 2, 2.0**24)  #@ scale-grown-early
        if count == growth_interval:
            count = 0
    else:
        nnx.update(model, snapshot)  #@ unchecked-overflow
        count, scale = 0, max(loss_scale / 2, 1.0)
    return jnp.array([loss_fn(model).astype(jnp.float32), scale, count], dtype=jnp.float32)
