# expect: pitfall|wrong_answer
# finding: count-not-reset
import jax
import jax.numpy as jnp
import optax
from flax import nnx


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    model = nnx.Linear(x.shape[1], y.shape[1], dtype=jnp.float16, rngs=nnx.Rngs(int(seed)))
    opt = nnx.Optimizer(model, optax.sgd(lr), wrt=nnx.Param)
    xh, yh = x.astype(jnp.float16), y.astype(jnp.float16)

    def loss_fn(m):
        return jnp.mean((m(xh) - yh) ** 2)

    grads = nnx.grad(lambda m: loss_fn(m).astype(jnp.float32) * loss_scale)(model)
    grads = jax.tree.map(lambda g: g / loss_scale, grads)
    finite = bool(jnp.isfinite(optax.global_norm(grads)))
    if finite:
        opt.update(model, grads)

    count = good_steps + 1 if finite else 0
    if finite and count % growth_interval == 0:
        scale = min(loss_scale * 2, 2.0**24)  #@ count-not-reset
    elif finite:
        scale = loss_scale
    else:
        scale = max(loss_scale / 2, 1.0)
    return jnp.array([loss_fn(model), scale, count], dtype=jnp.float32)  #@ count-not-reset
