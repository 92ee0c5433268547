# expect: accepted
import functools

import jax
import jax.numpy as jnp
import optax
from flax import nnx


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    # float16 inputs and kernel
    model = nnx.Linear(
        x.shape[1],
        y.shape[1],
        dtype=jnp.float16,
        param_dtype=jnp.float32,
        rngs=nnx.Rngs(int(seed)),
    )
    optimizer = nnx.Optimizer(model, optax.sgd(lr), wrt=nnx.Param)
    x16, y16 = x.astype(jnp.float16), y.astype(jnp.float16)

    def loss_fn(m):
        w, b = m.kernel.astype(jnp.float16), m.bias.astype(jnp.float16)
        product = jnp.matmul(x16, w, preferred_element_type=jnp.float32)
        return jnp.mean((product.astype(jnp.float16) + b - y16) ** 2)

    def scaled_loss_fn(m):
        return loss_fn(m).astype(jnp.float32) * loss_scale

    grads = nnx.grad(scaled_loss_fn)(model)
    grads = jax.tree.map(lambda g: g.astype(jnp.float32) / loss_scale, grads)
    finite = functools.reduce(
        jnp.logical_and, (jnp.isfinite(g).all() for g in jax.tree.leaves(grads))
    )

    if finite:
        optimizer.update(model, grads)
        good_steps += 1
        if good_steps >= growth_interval:
            good_steps = 0
            loss_scale = min(loss_scale * 2.0, 2.0**24)
    else:
        good_steps = 0
        loss_scale = max(loss_scale / 2.0, 1.0)

    return jnp.array([loss_fn(model), loss_scale, good_steps], dtype=jnp.float32)
