# expect: pitfall|wrong_answer
# finding: masked-by-multiplication
import jax
import jax.numpy as jnp
from flax import nnx


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    lin = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    old = {"kernel": lin.kernel[...], "bias": lin.bias[...]}
    x = x.astype(jnp.float16)
    y = y.astype(jnp.float16)

    def loss_fn(p):
        q = jax.tree.map(lambda t: t.astype(jnp.float16), p)
        return jnp.mean((x @ q["kernel"] + q["bias"] - y) ** 2).astype(jnp.float32)

    g = jax.grad(lambda p: loss_fn(p) * loss_scale)(old)
    g = jax.tree.map(lambda t: t / loss_scale, g)
    ok = jnp.isfinite(g["kernel"]).all() & jnp.isfinite(g["bias"]).all()
    m = ok.astype(jnp.float32)
    new = jax.tree.map(lambda p, t: p - lr * t, old, g)
    params = jax.tree.map(lambda n, o: m * n + (1 - m) * o, new, old)  #@ masked-by-multiplication

    if ok:
        count = good_steps + 1
        scale = loss_scale
        if count == growth_interval:
            count, scale = 0, min(loss_scale * 2, 2.0 ** 24)
    else:
        count, scale = 0, max(loss_scale / 2, 1.0)
    return jnp.array([loss_fn(params), scale, count], dtype=jnp.float32)
