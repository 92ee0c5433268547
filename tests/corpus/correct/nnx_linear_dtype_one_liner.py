# expect: accepted
import jax, jax.numpy as jnp, optax
from flax import nnx

bf16 = jnp.bfloat16
f32 = jnp.float32

def mixed_precision_step(seed, x, y, lr, loss_scale):
    net = nnx.Linear(x.shape[1], y.shape[1], dtype=bf16, param_dtype=f32, rngs=nnx.Rngs(int(seed)))
    opt = nnx.Optimizer(net, optax.sgd(lr), wrt=nnx.Param)
    # the layer casts its own inputs, so x may stay as it is
    mse = lambda net: ((net(x) - y.astype(bf16)) ** 2).mean()
    g = nnx.grad(lambda net: mse(net).astype(f32) * loss_scale)(net)
    opt.update(net, jax.tree.map(lambda t: t / loss_scale, g))
    return mse(net).astype(f32)[None]
