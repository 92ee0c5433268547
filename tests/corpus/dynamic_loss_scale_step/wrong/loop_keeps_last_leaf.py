# expect: pitfall|wrong_answer
# finding: partial-finite-check
import jax
import jax.numpy as jnp
import optax
from flax import nnx


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    model = nnx.Linear(x.shape[1], y.shape[1], dtype=jnp.float16, rngs=nnx.Rngs(int(seed)))
    opt = nnx.Optimizer(model, optax.sgd(lr), wrt=nnx.Param)
    x, y = jnp.asarray(x, jnp.float16), jnp.asarray(y, jnp.float16)

    def loss_fn(model):
        return jnp.mean(optax.squared_error(model(x), y)).astype(jnp.float32)

    def scaled_loss_fn(model):
        return loss_fn(model) * loss_scale

    grads = nnx.grad(scaled_loss_fn)(model)
    grads = jax.tree.map(lambda g: g.astype(jnp.float32) / loss_scale, grads)
    finite = True
    for g in jax.tree.leaves(grads):
        finite = bool(jnp.all(jnp.isfinite(g)))  #@ partial-finite-check

    if finite:
        opt.update(model, grads)
        count = good_steps + 1
        scale = loss_scale
        if count >= growth_interval:
            scale = min(scale * 2.0, 2.0 ** 24)
            count = 0
    else:
        scale = max(loss_scale / 2.0, 1.0)
        count = 0
    return jnp.array([loss_fn(model), scale, count], jnp.float32)
