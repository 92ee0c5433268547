# expect: accepted
import jax
import jax.numpy as jnp
import optax
from flax import nnx

f16 = jnp.float16


def forward_loss(model, x, y):
    """float16 all the way"""
    half = nnx.clone(model)
    nnx.update(half, jax.tree.map(lambda p: p.astype(f16), nnx.state(half)))
    return jnp.mean(jnp.square(half(x.astype(f16)) - y.astype(f16)))


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    model = nnx.Linear(in_features=x.shape[1], out_features=y.shape[1], rngs=nnx.Rngs(int(seed)))
    before = nnx.clone(model)
    optimizer = nnx.Optimizer(model, optax.sgd(lr), wrt=nnx.Param)

    def scaled(kernel, bias):
        e = x.astype(f16) @ kernel.astype(f16) + bias.astype(f16) - y.astype(f16)
        return jnp.mean(e**2).astype(jnp.float32) * loss_scale

    gk, gb = jax.grad(scaled, argnums=(0, 1))(model.kernel[...], model.bias[...])
    grads = nnx.state(before, nnx.Param)
    grads = jax.tree.map(jnp.copy, grads)
    grads["kernel"][...] = gk / loss_scale
    grads["bias"][...] = gb / loss_scale
    optimizer.update(model, grads)

    overflow = not bool(jnp.isfinite(gk).all() and jnp.isfinite(gb).all())
    chosen = before if overflow else model

    if overflow:
        scale, count = max(1.0, loss_scale / 2), 0
    else:
        scale, count = loss_scale, good_steps + 1
        if count == growth_interval:
            scale, count = min(2.0**24, 2 * loss_scale), 0
    return jnp.array([forward_loss(chosen, x, y).astype(jnp.float32), scale, count], dtype=jnp.float32)
