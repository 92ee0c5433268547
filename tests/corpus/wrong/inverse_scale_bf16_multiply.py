# expect: pitfall|wrong_answer
# finding: low-precision-unscale
import jax
import jax.numpy as jnp
import optax
from flax import nnx


def mixed_precision_step(seed, x, y, lr, loss_scale):
    model = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    opt = nnx.Optimizer(model, optax.sgd(lr), wrt=nnx.Param)

    def half(model):
        gd, st = nnx.split(model)
        return nnx.merge(gd, jax.tree.map(lambda p: p.astype(jnp.bfloat16), st))

    def loss_fn(model16):
        return jnp.mean((model16(x.astype(jnp.bfloat16)) - y.astype(jnp.bfloat16)) ** 2)

    grads = nnx.grad(lambda m: loss_fn(m).astype(jnp.float32) * loss_scale)(half(model))
    inv_scale = jnp.asarray(1.0 / loss_scale, dtype=jnp.bfloat16)
    grads = jax.tree.map(lambda g: (g * inv_scale).astype(jnp.float32), grads)  #@ low-precision-unscale
    opt.update(model, grads)
    return loss_fn(half(model)).astype(jnp.float32).reshape((1,))
