# expect: pitfall|wrong_answer
# finding: low-precision-update|low-precision-grads|master-downcast
import jax
import jax.numpy as jnp
from flax import nnx

H = jnp.float16


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    lin = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    params = {"w": lin.kernel[...], "b": lin.bias[...]}
    x, y = jnp.asarray(x).astype(H), jnp.asarray(y).astype(H)

    def loss_fn(p):
        return jnp.mean((x @ p["w"].astype(H) + p["b"].astype(H) - y) ** 2).astype(jnp.float32)

    g = jax.grad(lambda p: loss_fn(p) * loss_scale)(params)
    g = jax.tree.map(lambda a: a / loss_scale, g)
    finite = jnp.isfinite(g["w"]).all() & jnp.isfinite(g["b"]).all()

    def sgd(p, g):
        new = p.astype(H) - H(lr) * g.astype(H)  #@ low-precision-grads, low-precision-update, master-downcast
        return jnp.where(finite, new.astype(jnp.float32), p)

    params = jax.tree.map(sgd, params, g)
    count = jnp.where(finite, good_steps + 1, 0)
    grow = count >= growth_interval
    scale = jnp.where(grow, min(loss_scale * 2, 2.0 ** 24), loss_scale)
    scale = jnp.where(finite, scale, max(loss_scale / 2, 1.0))
    count = jnp.where(grow, 0, count)
    return jnp.array([loss_fn(params), scale, count], dtype=jnp.float32)
