# expect: pitfall|wrong_answer
# finding: uncast-targets
import jax
import jax.numpy as jnp
import optax
from flax import nnx


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    model = nnx.Linear(x.shape[1], y.shape[1], dtype=jnp.float16, rngs=nnx.Rngs(int(seed)))
    opt = nnx.Optimizer(model, optax.sgd(lr), wrt=nnx.Param)

    def loss_fn(m):
        err = m(x) - y  #@ uncast-targets
        return jnp.mean(jnp.square(err.astype(jnp.float16)))

    g = nnx.grad(lambda m: loss_fn(m).astype(jnp.float32) * loss_scale)(model)
    g = jax.tree.map(lambda a: a / loss_scale, g)
    if jax.tree.all(jax.tree.map(lambda a: jnp.isfinite(a).all(), g)):
        opt.update(model, g)
        nxt = (min(loss_scale * 2, 2.0**24), 0) if good_steps + 1 == growth_interval else (loss_scale, good_steps + 1)
    else:
        nxt = (max(loss_scale / 2, 1.0), 0)
    return jnp.array([loss_fn(model).astype(jnp.float32), *nxt], dtype=jnp.float32)
