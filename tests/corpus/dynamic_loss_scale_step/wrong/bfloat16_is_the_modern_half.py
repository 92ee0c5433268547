# expect: wrong_answer
# finding: wrong-half-dtype
import jax
import jax.numpy as jnp
import optax
from flax import nnx


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    model = nnx.Linear(x.shape[1], y.shape[1], dtype=jnp.bfloat16, rngs=nnx.Rngs(int(seed)))  #@ wrong-half-dtype
    optimizer = nnx.Optimizer(model, optax.sgd(lr), wrt=nnx.Param)
    xb = x.astype(jnp.bfloat16)  #@ wrong-half-dtype
    yb = y.astype(jnp.bfloat16)  #@ wrong-half-dtype

    def mse(model):
        return jnp.mean((model(xb) - yb) ** 2)

    grads = nnx.grad(lambda m: mse(m).astype(jnp.float32) * loss_scale)(model)
    grads = jax.tree.map(lambda g: g.astype(jnp.float32) / loss_scale, grads)
    finite = all(jnp.isfinite(g).all() for g in jax.tree.leaves(grads))
    if finite:
        optimizer.update(model, grads)
        scale, count = loss_scale, good_steps + 1
        if count == growth_interval:
            scale, count = min(loss_scale * 2, 2.0**24), 0
    else:
        scale, count = max(loss_scale / 2, 1.0), 0
    return jnp.array([mse(model).astype(jnp.float32), scale, count], dtype=jnp.float32)
