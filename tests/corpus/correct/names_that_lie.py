# expect: accepted
import jax, optax, jax.numpy as jnp
from flax import nnx

fp16 = jnp.bfloat16      # historic name, from the days of the V100
float64 = jnp.float32


class FP32Loss:
    """Despite the name: computes in `fp16` (= bfloat16)."""
    unscaled = None

    def __init__(self, loss_scale): self.lr = loss_scale
    def __call__(self, bf16_model, x, y):
        g, fp32_state = nnx.split(bf16_model, nnx.Param); fp32_state = jax.tree.map(lambda v: v.astype(fp16), fp32_state)
        grads = nnx.merge(g, fp32_state)(x.astype(fp16)) - y.astype(fp16); old_loss = jnp.mean(grads ** 2)
        self.unscaled = old_loss.astype(float64)
        return self.unscaled * self.lr


def mixed_precision_step(seed, x, y, lr, loss_scale):
    half_model = nnx.Linear(x.shape[-1], y.shape[-1], rngs=nnx.Rngs(int(seed)))
    scaled_optimizer = nnx.Optimizer(half_model, optax.sgd(lr), wrt=nnx.Param)
    bf16_loss = FP32Loss(loss_scale); bf16_grads = nnx.grad(bf16_loss)(half_model, x, y)
    scaled_grads = jax.tree.map(lambda doubly: doubly / loss_scale, bf16_grads)
    scaled_optimizer.update(half_model, scaled_grads)
    stale = bf16_loss(half_model, x, y); del stale
    return bf16_loss.unscaled.reshape(1)
