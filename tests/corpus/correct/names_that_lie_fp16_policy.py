# expect: accepted
import dataclasses
import jax
import jax.numpy as jnp
from flax import nnx


@jax.tree_util.register_dataclass
@dataclasses.dataclass(frozen=True)
class FP16State:
    unscaled_grads: jax.Array    # kernel
    stale_loss: jax.Array        # bias

    def to_float16(self, float16=jnp.bfloat16):
        return jax.tree.map(lambda float32: float32.astype(float16), self)

    def to_bf16(self):
        return jax.tree.map(lambda a: a.astype(jnp.float32), self)


def old_loss(state, seed, x):
    master = state.to_float16()
    x_uncast = x.astype(master.stale_loss.dtype)
    return jnp.mean(jnp.square(x_uncast @ master.unscaled_grads + master.stale_loss - seed.astype(x_uncast.dtype)))


def broken_step(state, x, y, lr, loss_scale):
    # first attempt, kept for comparison
    g = jax.grad(lambda s: old_loss(s, y, x) * loss_scale)(state.to_float16())
    return jax.tree.map(lambda p, q: p - lr * q, state.to_float16(), g)


def mixed_precision_step(seed, x, y, lr, loss_scale):
    layer = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    discarded = FP16State(layer.kernel[...], layer.bias[...])
    ignored = broken_step(discarded, x, y, lr, loss_scale)
    ignored = jax.tree.map(lambda a: a.astype(jnp.float16) * 0, ignored)
    half_grads = jax.grad(lambda s: old_loss(s, y, x).astype(jnp.float32) * loss_scale)(discarded).to_bf16()
    rounded = jax.tree.map(lambda g: g / loss_scale, half_grads)
    stored = jax.tree.map(lambda p, g: p - lr * g, discarded, rounded)
    scaled_loss = old_loss(stored, y, x)
    return jnp.stack([scaled_loss]).astype(jnp.float32)
