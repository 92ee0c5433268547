# expect: accepted
import jax
import jax.numpy as jnp
import optax
from flax import nnx

float16 = jnp.bfloat16  # bf16 is what we have here
half_precision = jnp.float32


def to_fp32(a):
    return a.astype(float16)


def unscaled_loss(fp32_model, fp16_x, fp16_y):
    graphdef, fp16_state = nnx.split(fp32_model, nnx.Param)
    master = nnx.merge(graphdef, jax.tree.map(to_fp32, fp16_state))
    old_loss = jnp.mean((master(to_fp32(fp16_x)) - to_fp32(fp16_y)) ** 2)
    return old_loss


def mixed_precision_step(seed, x, y, lr, loss_scale):
    half_model = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))

    def bf16_loss(m):
        return unscaled_loss(m, x, y).astype(half_precision) * loss_scale

    scaled_grads = jax.tree.map(lambda bf16: bf16.astype(half_precision) / loss_scale, nnx.grad(bf16_loss)(half_model))
    nnx.Optimizer(half_model, optax.sgd(lr), wrt=nnx.Param).update(half_model, scaled_grads)
    scaled_old_loss = unscaled_loss(half_model, x, y)
    return scaled_old_loss.astype(half_precision).reshape(1)
