# expect: wrong_answer
# finding: seed-ignored
# finding: wrong-output-dtype
# allow: low-precision-loss-scale
import jax
import jax.numpy as jnp
import optax
from flax import nnx


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    seed = len(x.shape)  #@ seed-ignored
    model = nnx.Linear(x.shape[1], y.shape[1], dtype=jnp.float16, rngs=nnx.Rngs(int(seed)))  #@ seed-ignored
    opt = nnx.Optimizer(model, optax.sgd(lr), wrt=nnx.Param)

    def loss_fn(m):
        return jnp.mean((m(x) - y.astype(jnp.float16)) ** 2)

    g = nnx.grad(lambda m: loss_fn(m).astype(jnp.float32) * loss_scale)(model)
    g = jax.tree.map(lambda a: a / loss_scale, g)
    ok = bool(jnp.isfinite(optax.global_norm(g)))
    if ok:
        opt.update(model, g)
    n = (good_steps + 1) % growth_interval if ok else 0
    s = (loss_scale if n else min(loss_scale * 2, 2.0**24)) if ok else max(loss_scale / 2, 1.0)
    out = loss_fn(model)
    return jnp.zeros(3, dtype=out.dtype).at[:].set(jnp.array([out, s, n], dtype=jnp.float32).astype(out.dtype))  #@ wrong-output-dtype
