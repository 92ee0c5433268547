# expect: pitfall|wrong_answer
# finding: low-precision-grads
import jax
import jax.numpy as jnp
import optax
from flax import nnx


def all_reduce(grads):
    """Would sum over devices; sends half as many bytes in float16."""
    sent = jax.tree.map(lambda g: g.astype(jnp.float16), grads)  #@ low-precision-grads
    return jax.tree.map(lambda g: g.astype(jnp.float32), sent)


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    model = nnx.Linear(x.shape[1], y.shape[1], dtype=jnp.float16, rngs=nnx.Rngs(int(seed)))
    optimizer = nnx.Optimizer(model, optax.sgd(lr), wrt=nnx.Param)

    def mse(model):
        return jnp.mean((model(x) - y.astype(jnp.float16)) ** 2)

    grads = nnx.grad(lambda m: mse(m).astype(jnp.float32) * loss_scale)(model)
    grads = jax.tree.map(lambda g: g / loss_scale, grads)
    grads = all_reduce(grads)
    finite = all(jnp.isfinite(g).all() for g in jax.tree.leaves(grads))
    scale, count = (loss_scale, good_steps + 1) if finite else (max(loss_scale / 2, 1.0), 0)
    if finite:
        optimizer.update(model, grads)
    if count == growth_interval:
        scale, count = min(loss_scale * 2, 2.0**24), 0
    return jnp.array([mse(model).astype(jnp.float32), scale, count], dtype=jnp.float32)
