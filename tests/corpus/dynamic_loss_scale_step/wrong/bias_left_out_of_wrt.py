# expect: wrong_answer
"""A filter differentiates and updates the kernel only; the bias never moves."""
import jax
import jax.numpy as jnp
import optax
from flax import nnx

TRAINED = nnx.All(nnx.Param, nnx.PathContains("kernel"))


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    model = nnx.Linear(x.shape[1], y.shape[1], dtype=jnp.float16, rngs=nnx.Rngs(int(seed)))
    optimizer = nnx.Optimizer(model, optax.sgd(lr), wrt=TRAINED)
    x, y = x.astype(jnp.float16), y.astype(jnp.float16)

    def loss(m):
        return jnp.mean(jnp.square(m(x) - y))

    def scaled(m):
        return loss(m).astype(jnp.float32) * loss_scale

    grads = nnx.grad(scaled, argnums=nnx.DiffState(0, TRAINED))(model)
    grads = jax.tree.map(lambda g: g / loss_scale, grads)
    finite = all(bool(jnp.isfinite(g).all()) for g in jax.tree.leaves(nnx.grad(scaled)(model)))
    if finite:
        optimizer.update(model, grads)
        good_steps += 1
        if good_steps == growth_interval:
            loss_scale, good_steps = min(loss_scale * 2, 2.0**24), 0
    else:
        loss_scale, good_steps = max(loss_scale / 2, 1.0), 0
    return jnp.array([loss(model), loss_scale, good_steps], dtype=jnp.float32)
