# expect: pitfall|wrong_answer
# finding: master-downcast
import jax
import jax.numpy as jnp
import optax
from flax import nnx


def half_model(model):
    """The model in float16."""
    nnx.update(model, jax.tree.map(lambda p: p.astype(jnp.float16), nnx.state(model)))  #@ master-downcast
    return model


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    master = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    opt = nnx.Optimizer(master, optax.sgd(lr), wrt=nnx.Param)
    copy = half_model(master)  #@ master-downcast
    xh, yh = x.astype(jnp.float16), y.astype(jnp.float16)

    def loss_fn(m):
        return optax.squared_error(xh @ m.kernel[...].astype(jnp.float16) + m.bias[...].astype(jnp.float16), yh).mean()

    grads = nnx.grad(lambda m: loss_fn(m).astype(jnp.float32) * loss_scale)(copy)
    grads = jax.tree.map(lambda g: g.astype(jnp.float32) / loss_scale, grads)
    ok = bool(jnp.isfinite(optax.global_norm(grads)))
    if ok:
        opt.update(master, grads)
    count = good_steps + 1 if ok else 0
    scale = loss_scale if ok else max(loss_scale / 2, 1.0)
    if count >= growth_interval:
        scale, count = min(2 * scale, 2.0**24), 0
    return jnp.array([loss_fn(master).astype(jnp.float32), scale, count], dtype=jnp.float32)
