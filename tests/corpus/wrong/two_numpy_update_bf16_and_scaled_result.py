# expect: pitfall|wrong_answer
# finding: low-precision-update
# finding: scaled-loss-returned
import jax
import jax.numpy as jnp
from flax import nnx

f16, f32 = jnp.bfloat16, jnp.float32


def mixed_precision_step(seed, x, y, lr, loss_scale):
    L = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    θ = {'w': L.kernel[...], 'b': L.bias[...]}

    def J(θ):
        h = x.astype(f16).dot(θ['w'].astype(f16)) + θ['b'].astype(f16)
        return loss_scale * jnp.mean((h - y.astype(f16)) ** 2).astype(f32)

    dJ = jax.grad(J)(θ)
    for k in θ:
        g = dJ[k] / loss_scale
        Δ = jnp.asarray(lr * g, dtype=f16)  #@ low-precision-update
        θ[k] = θ[k] - Δ
    return J(θ)[None]  #@ scaled-loss-returned
