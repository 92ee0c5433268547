# expect: wrong_answer
# finding: masked-by-multiplication
import jax
import jax.numpy as jnp
import optax
from flax import nnx


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    lin = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    p = {"W": lin.kernel[...], "b": lin.bias[...]}

    def to_half(t):
        return jax.tree.map(lambda a: a.astype(jnp.float16), t)

    @jax.jit
    def L(p):
        q, a, b = to_half((p, x, y))
        return jnp.mean(jnp.square(a @ q["W"] + q["b"] - b))

    g = jax.grad(lambda p: L(p).astype(jnp.float32) * loss_scale)(p)
    g = jax.tree.map(lambda t: t / loss_scale, g)
    overflowed = any(bool(jnp.any(~jnp.isfinite(t))) for t in jax.tree.leaves(g))

    def schedule(step):
        return 0.0 if overflowed else lr  #@ masked-by-multiplication

    tx = optax.sgd(schedule)  #@ masked-by-multiplication
    u, _ = tx.update(g, tx.init(p), p)  #@ masked-by-multiplication
    p = optax.apply_updates(p, u)

    if overflowed:
        s, c = max(loss_scale / 2, 1.0), 0
    else:
        s, c = loss_scale, good_steps + 1
        if c >= growth_interval:
            s, c = min(loss_scale * 2, 2.0**24), 0
    return jnp.array([L(p), s, c], jnp.float32)
