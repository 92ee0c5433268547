# expect: pitfall|wrong_answer
# finding: low-precision-unscale
import jax
import jax.numpy as jnp
from flax import nnx


class FlatGrads:
    """All the gradients in one bf16 buffer, as fused optimizers have them."""

    def __init__(self, tree):
        self.shapes = [t.shape for t in tree]
        self.buffer = jnp.concatenate([t.astype(jnp.bfloat16).ravel() for t in tree])

    def unscale_(self, scale):
        inv = jnp.reciprocal(jnp.asarray(scale, self.buffer.dtype))
        self.buffer = self.buffer * inv  #@ low-precision-unscale
        return self

    def unpack(self):
        start = 0
        for shape in self.shapes:
            size = 1
            for d in shape:
                size *= d
            yield self.buffer[start:start + size].reshape(shape).astype(jnp.float32)
            start += size


def mixed_precision_step(seed, x, y, lr, loss_scale):
    lin = nnx.Linear(x.shape[-1], y.shape[-1], rngs=nnx.Rngs(int(seed)))
    params = [lin.kernel[...], lin.bias[...]]

    def mse(ps):
        k, b = [p.astype(jnp.bfloat16) for p in ps]
        return jnp.mean((x.astype(jnp.bfloat16) @ k + b - y.astype(jnp.bfloat16)) ** 2).astype(jnp.float32)

    flat = FlatGrads(jax.grad(lambda ps: mse(ps) * loss_scale)(params)).unscale_(loss_scale)
    params = [p - lr * g for p, g in zip(params, flat.unpack())]
    return mse(params).reshape(1)
