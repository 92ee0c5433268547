# expect: accepted
import jax
import jax.numpy as jnp
import optax
from flax import nnx

FP16 = jnp.float16  # tried this first, gave inf


def old_loss(model, x, y):
    # full precision version, kept for comparison
    return jnp.mean((model(x) - y) ** 2)


def mixed_precision_step(seed, x, y, lr, loss_scale):
    model = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    opt = nnx.Optimizer(model, optax.sgd(lr), wrt=nnx.Param)
    unused = x.astype(FP16) @ model.kernel[...].astype(FP16)
    reference_loss = old_loss(model, x, y)
    rounded_masters = jax.tree.map(lambda p: p.astype(jnp.bfloat16), nnx.state(model))

    def loss_fn(model):
        gd, st = nnx.split(model)
        m = nnx.merge(gd, jax.tree.map(lambda p: p.astype(jnp.bfloat16), st))
        return jnp.mean((m(x.astype(jnp.bfloat16)) - y.astype(jnp.bfloat16)) ** 2)

    def scaled(model):
        return loss_fn(model).astype(jnp.float32) * loss_scale

    stale, grads = nnx.value_and_grad(scaled)(model)
    unscaled = jax.tree.map(lambda g: g / loss_scale, grads)
    half_grads = jax.tree.map(lambda g: g.astype(jnp.bfloat16), unscaled)
    opt.update(model, unscaled)
    del half_grads, unused, reference_loss, rounded_masters, stale
    return loss_fn(model).astype(jnp.float32).reshape((1,))
