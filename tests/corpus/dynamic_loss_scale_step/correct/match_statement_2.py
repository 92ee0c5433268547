# expect: accepted
"""A match statement over (finite, count reached) decides about scale and count."""
import jax
import jax.numpy as jnp
import optax
from flax import nnx


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    model = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    opt = nnx.Optimizer(model, optax.sgd(lr), wrt=nnx.Param)

    def forward(m):
        w = m.kernel[...].astype(jnp.float16)
        b = m.bias[...].astype(jnp.float16)
        return jnp.einsum("ni,io->no", x.astype(jnp.float16), w) + b

    def loss(m):
        return jnp.mean(jnp.square(forward(m) - y.astype(jnp.float16)))

    grads = nnx.grad(lambda m: jnp.float32(loss_scale) * loss(m).astype(jnp.float32))(model)
    grads = jax.tree.map(lambda g: g / jnp.float32(loss_scale), grads)
    finite = not any(bool((~jnp.isfinite(g)).any()) for g in jax.tree.leaves(grads))

    match finite, good_steps + 1 == growth_interval:
        case True, True:
            opt.update(model, grads)
            scale, count = min(loss_scale * 2.0, 2.0**24), 0
        case True, False:
            opt.update(model, grads)
            scale, count = loss_scale, good_steps + 1
        case _:
            scale, count = max(loss_scale * 0.5, 1.0), 0
    return jnp.array([loss(model).astype(jnp.float32), scale, count], dtype=jnp.float32)
