# expect: pitfall|wrong_answer
# finding: low-precision-loss-scale
# finding: stale-loss
# allow: update-discarded
import jax, jax.numpy as jnp
from flax import nnx

def mixed_precision_step(seed, x, y, lr, loss_scale):
    p = [(lin := nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))).kernel[...], lin.bias[...]]
    def objective(p):
        w, b, a, t = (v.astype(jnp.bfloat16) for v in (*p, x, y))
        return ((loss := jnp.mean((a @ w + b - t) ** 2)) * loss_scale).astype(jnp.float32), loss  #@ low-precision-loss-scale, stale-loss
    (_, loss), g = jax.value_and_grad(objective, has_aux=True)(p)  #@ stale-loss
    p = [a - lr * (d / loss_scale) for a, d in zip(p, g)]  #@ update-discarded
    return jnp.float32(loss).reshape(1)  #@ stale-loss
