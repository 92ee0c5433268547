# expect: accepted
# allow: low-precision-grads
import jax
import jax.numpy as jnp
import optax
from flax import nnx


def all_reduce_like(grads):
    # On a cluster the gradients travel in bf16; here there is one device, so it is only the packing.
    packed = jax.tree.map(lambda g: g.astype(jnp.bfloat16), grads)
    return jax.tree.map(lambda g: g.astype(jnp.float32), packed)


def mixed_precision_step(seed, x, y, lr, loss_scale):
    model = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    opt = nnx.Optimizer(model, optax.sgd(lr), wrt=nnx.Param)
    bx = x.astype(jnp.bfloat16)
    by = y.astype(jnp.bfloat16)

    def mse(m):
        graphdef, state = nnx.split(m, nnx.Param)
        m16 = nnx.merge(graphdef, jax.tree.map(lambda p: p.astype(jnp.bfloat16), state))
        return jnp.mean((m16(bx) - by) ** 2)

    grads = nnx.grad(lambda m: mse(m).astype(jnp.float32) * loss_scale)(model)
    grads = all_reduce_like(grads)
    grads = jax.tree.map(lambda g: g / loss_scale, grads)
    opt.update(model, grads)
    return mse(model).astype(jnp.float32).reshape(1)
