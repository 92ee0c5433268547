# expect: wrong_answer
# finding: masked-by-multiplication
import jax
import jax.numpy as jnp
import optax
from flax import nnx

f16 = lambda t: jax.tree.map(lambda a: a.astype(jnp.float16), t)


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    lin = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    p = [lin.kernel[...], lin.bias[...]]

    def loss(p):
        k, b, a, t = f16((*p, x, y))
        return jnp.mean(jnp.square(a @ k + b - t)).astype(jnp.float32)

    g = jax.grad(lambda p: loss(p) * loss_scale)(p)
    g = optax.tree.scale(1 / loss_scale, g)
    ok = jax.tree.all(jax.tree.map(lambda v: bool(jnp.isfinite(v).all()), g))
    u, _ = optax.sgd(lr).update(g, optax.sgd(lr).init(p))
    u = optax.tree.scale(int(ok), u)  #@ masked-by-multiplication
    p = optax.apply_updates(p, u)
    s, n = (loss_scale, good_steps + 1) if ok else (max(loss_scale / 2, 1.0), 0)
    if n >= growth_interval:
        s, n = min(s * 2, 2.0**24), 0
    return jnp.array([loss(p), s, n], dtype=jnp.float32)
