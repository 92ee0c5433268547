# expect: accepted
import jax
import jax.numpy as jnp
import optax
from flax import nnx

BF = jnp.bfloat16


def snap(a):
    return jax.lax.reduce_precision(a, exponent_bits=8, mantissa_bits=7)


def bits(a):
    return jax.lax.bitcast_convert_type(a, jnp.uint32)


def unbits(a):
    return jax.lax.bitcast_convert_type(a, jnp.float32)


def mixed_precision_step(seed, x, y, lr, loss_scale):
    model = nnx.Linear(x.shape[1], y.shape[1], dtype=BF, rngs=nnx.Rngs(int(seed)))
    opt = nnx.Optimizer(model, optax.sgd(lr), wrt=nnx.Param)
    y = y.astype(BF)

    def loss(m):
        return jnp.mean((m(x) - y) ** 2).astype(jnp.float32)

    checkpoint = jax.tree.map(bits, nnx.state(model, nnx.Param))
    nnx.update(model, jax.tree.map(snap, nnx.state(model, nnx.Param)))
    try:
        grads = nnx.grad(lambda m: loss(m) * loss_scale)(model)
    finally:
        nnx.update(model, jax.tree.map(unbits, checkpoint))      # every digit back

    opt.update(model, jax.tree.map(lambda g: g / loss_scale, grads))
    return loss(model).reshape(1)
