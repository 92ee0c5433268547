# expect: pitfall|wrong_answer
# finding: scale-grown-early
import jax
import jax.numpy as jnp
from operator import mod
from flax import nnx


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    lin = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    p = [lin.bias[...], lin.kernel[...]]
    L = lambda q: (lambda b, k, i, o: ((i @ k + b - o) ** 2).mean())(*(jnp.float16(a) for a in (*q, x, y)))
    pull = jax.vjp(lambda q: L(q).astype(jnp.float32) * loss_scale, p)[1]
    g = [a.astype(jnp.float32) / loss_scale for a in pull(jnp.float32(1))[0]]
    ok = min(bool(jnp.isfinite(a).all()) for a in g)
    p = [a - lr * b for a, b in zip(p, g)] if ok else p
    n = good_steps + 1
    due = mod(growth_interval, n) == 0  #@ scale-grown-early
    s = loss_scale * (2 if due else 1) if ok else loss_scale / 2
    return jnp.array([L(p).astype(jnp.float32), min(max(s, 1.0), 2.0**24), 0 if due or not ok else n], jnp.float32)
