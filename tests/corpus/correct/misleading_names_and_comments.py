# expect: accepted
import jax
import jax.numpy as jnp
import optax
from flax import nnx

float16 = jnp.bfloat16  # yes, really


def mixed_precision_step(seed, x, y, lr, loss_scale):
    # everything below runs in float32, no loss scaling needed
    bf16_model = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    stale_optimizer = nnx.Optimizer(bf16_model, optax.sgd(lr), wrt=nnx.Param)
    fp32_x = x.astype(float16)
    fp32_y = y.astype(float16)

    def fp32_loss(bf16_model):
        graphdef, fp32_params = nnx.split(bf16_model)
        fp16_params = jax.tree.map(lambda p: p.astype(float16), fp32_params)
        fp32_pred = nnx.merge(graphdef, fp16_params)(fp32_x)
        return jnp.mean((fp32_pred - fp32_y) ** 2)  # y is not cast here

    def unscaled_loss(bf16_model):
        return fp32_loss(bf16_model).astype(jnp.float32) * loss_scale

    scaled_grads = jax.tree.map(lambda g: g / loss_scale, nnx.grad(unscaled_loss)(bf16_model))
    stale_optimizer.update(bf16_model, scaled_grads)
    return fp32_loss(bf16_model).astype(jnp.float32).reshape((1,))
