# expect: accepted
import jax, jax.numpy as jnp
from flax import nnx
H, F = jnp.float16, jnp.float32
def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    m = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    p, S, n = (m.kernel[...], m.bias[...]), loss_scale, good_steps + 1
    l = lambda p: jnp.mean((x.astype(H) @ p[0].astype(H) + p[1].astype(H) - y.astype(H))**2)
    g = [v / S for v in jax.grad(lambda p: l(p).astype(F) * S)(p)]
    k = all(jnp.isfinite(v).all() for v in g)
    p = [q - lr * v for q, v in zip(p, g)] if k else p
    S, n = ((S, n), (min(2 * S, 2**24), 0))[n >= growth_interval] if k else (max(S / 2, 1.), 0)
    return jnp.array([F(l(p)), S, n])
