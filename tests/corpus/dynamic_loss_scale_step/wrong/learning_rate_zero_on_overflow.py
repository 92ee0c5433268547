# expect: wrong_answer
# finding: masked-by-multiplication
import jax
import jax.numpy as jnp
import optax
from flax import nnx


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    model = nnx.Linear(x.shape[1], y.shape[1], dtype=jnp.float16, rngs=nnx.Rngs(int(seed)))
    y = y.astype(jnp.float16)

    def loss_fn(model):
        return jnp.mean((model(x) - y) ** 2).astype(jnp.float32)

    def scaled(model):
        return loss_fn(model) * loss_scale

    grads = nnx.grad(scaled)(model)
    overflow = any(bool(jnp.any(~jnp.isfinite(g))) for g in jax.tree.leaves(grads))
    rate = 0.0 if overflow else lr  #@ masked-by-multiplication
    opt = nnx.Optimizer(model, optax.sgd(rate), wrt=nnx.Param)  #@ masked-by-multiplication
    opt.update(model, jax.tree.map(lambda g: g / loss_scale, grads))  #@ masked-by-multiplication

    count = 0 if overflow else good_steps + 1
    scale = max(loss_scale / 2, 1.0) if overflow else loss_scale
    if count == growth_interval:
        count, scale = 0, min(scale * 2, 2.0**24)
    return jnp.array([loss_fn(model), scale, count], dtype=jnp.float32)
