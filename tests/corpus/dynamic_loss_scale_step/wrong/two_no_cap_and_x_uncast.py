# expect: pitfall|wrong_answer
# finding: scale-unbounded
# finding: uncast-inputs
import jax
import jax.numpy as jnp
from flax import nnx


def predict(w, b, x):
    return (x @ w.astype(jnp.float16)).astype(jnp.float16) + b.astype(jnp.float16)  #@ uncast-inputs


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    lin = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    wb = lin.kernel[...], lin.bias[...]

    def loss(wb):
        return jnp.mean(jnp.square(predict(*wb, x) - y.astype(jnp.float16))).astype(jnp.float32)  #@ uncast-inputs

    g = jax.tree.map(lambda a: a / loss_scale, jax.grad(lambda q: loss(q) * loss_scale)(wb))
    ok = bool(jnp.isfinite(g[0]).all() & jnp.isfinite(g[1]).all())
    if ok:
        wb = jax.tree.map(lambda a, d: a - lr * d, wb, g)
    exponent = -1 if not ok else int(good_steps + 1 == growth_interval)
    scale = max(loss_scale * 2.0**exponent, 1.0)  #@ scale-unbounded
    count = good_steps + 1 if exponent == 0 else 0
    return jnp.array([loss(wb), scale, count], dtype=jnp.float32)
