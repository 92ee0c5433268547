# expect: accepted
import copy

import jax
import jax.numpy as jnp
import optax
from flax import nnx


def make_half(model):
    twin = copy.deepcopy(model)
    twin.kernel.set_value(twin.kernel[...].astype(jnp.bfloat16))
    twin.bias.set_value(twin.bias[...].astype(jnp.bfloat16))
    return twin


def mixed_precision_step(seed, x, y, lr, loss_scale):
    master = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    opt = nnx.Optimizer(master, optax.sgd(lr), wrt=nnx.Param)
    xx = jnp.asarray(x, dtype="bfloat16")
    yy = jnp.asarray(y, dtype="bfloat16")

    def loss_fn(model):
        d = model(xx) - yy
        return jnp.mean(d * d)

    grads = nnx.grad(lambda m: loss_fn(m).astype(jnp.float32) * loss_scale)(make_half(master))
    # bf16 grads of the twin, moved to float32 before anything is done with them
    grads = jax.tree.map(lambda g: g.astype(jnp.float32) / loss_scale, grads)
    opt.update(master, grads)
    return loss_fn(make_half(master)).astype(jnp.float32).reshape(1,)
