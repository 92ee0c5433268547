# expect: wrong_answer
# finding: masked-by-multiplication
import jax
import jax.numpy as jnp
from flax import nnx


def lerp(a, b, t):
    return (1.0 - t) * a + t * b  #@ masked-by-multiplication


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    lin = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    params = {"kernel": lin.kernel[...], "bias": lin.bias[...]}

    def loss(params):
        q = jax.tree.map(lambda a: a.astype(jnp.float16), params)
        r = jnp.einsum("ni,io->no", x.astype(jnp.float16), q["kernel"]) + q["bias"] - y.astype(jnp.float16)
        return jnp.mean(r * r).astype(jnp.float32)

    g = jax.grad(lambda p: loss(p) * loss_scale)(params)
    ok = float(all(bool(jnp.isfinite(v).all()) for v in g.values()))
    new = {k: params[k] - lr * (g[k] / loss_scale) for k in params}
    params = {k: lerp(params[k], new[k], ok) for k in params}  #@ masked-by-multiplication
    if ok:
        scale, count = loss_scale, good_steps + 1
        if count == growth_interval:
            scale, count = min(scale * 2, 2.0**24), 0
    else:
        scale, count = max(loss_scale / 2, 1.0), 0
    return jnp.array([loss(params), scale, count], dtype=jnp.float32)
