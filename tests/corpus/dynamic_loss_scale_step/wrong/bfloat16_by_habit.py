# expect: pitfall|wrong_answer
# finding: wrong-half-dtype
"""The half precision is bfloat16, through a constant."""
import jax
import jax.numpy as jnp
import optax
from flax import nnx

HALF = jnp.bfloat16  #@ wrong-half-dtype


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    model = nnx.Linear(x.shape[1], y.shape[1], dtype=HALF, rngs=nnx.Rngs(int(seed)))  #@ wrong-half-dtype
    optimizer = nnx.Optimizer(model, optax.sgd(lr), wrt=nnx.Param)
    x, y = x.astype(HALF), y.astype(HALF)  #@ wrong-half-dtype

    def loss(m):
        return jnp.mean(jnp.square(m(x) - y))

    grads = nnx.grad(lambda m: loss(m).astype(jnp.float32) * loss_scale)(model)
    grads = jax.tree.map(lambda g: g.astype(jnp.float32) / loss_scale, grads)
    finite = all(bool(jnp.isfinite(g).all()) for g in jax.tree.leaves(grads))
    if finite:
        optimizer.update(model, grads)
    grow = finite and good_steps + 1 == growth_interval
    scale = min(loss_scale * 2, 2.0**24) if grow else loss_scale if finite else max(loss_scale / 2, 1.0)
    count = good_steps + 1 if finite and not grow else 0
    return jnp.array([loss(model), scale, count], dtype=jnp.float32)
