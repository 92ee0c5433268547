# expect: wrong_answer
# finding: uncast-targets
# finding: unscaled-grads
import jax
import jax.numpy as jnp
from functools import partial
from flax import nnx


@partial(jax.jit, static_argnames="train")
def loss(params, x, y, scale, train):
    half = jax.tree.map(lambda p: p.astype(jnp.bfloat16), params)
    target = y if train else y.astype(jnp.bfloat16)  #@ uncast-targets
    diff = x.astype(jnp.bfloat16) @ half[0] + half[1] - target  #@ uncast-targets
    out = jnp.mean(diff ** 2).astype(jnp.float32)
    return out * scale if train else out


def mixed_precision_step(seed, x, y, lr, loss_scale):
    lin = nnx.Linear(x.shape[-1], y.shape[-1], rngs=nnx.Rngs(int(seed)))
    params = [lin.kernel[...], lin.bias[...]]
    grads = jax.grad(loss)(params, x, y, loss_scale, train=True)
    params = [p - lr * g for p, g in zip(params, grads)]  #@ unscaled-grads
    return loss(params, x, y, loss_scale, train=False).reshape(1)
