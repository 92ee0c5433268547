# expect: pitfall|wrong_answer
# finding: master-downcast
# noline: master-downcast
import jax
import jax.numpy as jnp
import numpy as np
from flax import nnx


def mixed_precision_step(seed, x, y, lr, loss_scale):
    lin = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    # numpy knows the dtype through ml_dtypes
    host = [np.asarray(p).astype(jnp.bfloat16) for p in (lin.kernel[...], lin.bias[...])]  #@ master-downcast
    xb, yb = jnp.asarray(x, jnp.bfloat16), jnp.asarray(y, jnp.bfloat16)

    def loss(params):
        k, b = params
        return jnp.mean((xb @ k + b - yb) ** 2)

    device = [jnp.asarray(p) for p in host]
    grads = jax.grad(lambda p: loss(p).astype(jnp.float32) * loss_scale)(device)
    new = []
    for p, g in zip(host, grads):
        g32 = np.asarray(g, dtype=np.float32) / np.float32(loss_scale)
        new.append(p.astype(np.float32) - np.float32(lr) * g32)  #@ master-downcast
    final = loss([jnp.asarray(p, jnp.bfloat16) for p in new])
    return np.asarray(final, dtype=np.float32).reshape(1)
