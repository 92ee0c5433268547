# expect: wrong_answer
# finding: full-precision-forward
# finding: stale-loss
import jax
import jax.numpy as jnp
import optax
from flax import nnx


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    model = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    optimizer = nnx.Optimizer(model, optax.sgd(lr), wrt=nnx.Param)

    def loss_fn(m):
        xh = x.astype(jnp.float16)
        out = jnp.matmul(xh, m.kernel[...]) + m.bias[...]  #@ full-precision-forward
        return jnp.mean(jnp.square(out.astype(jnp.float16) - y.astype(jnp.float16))).astype(jnp.float32)

    loss = loss_fn(model)  #@ stale-loss
    grads = nnx.grad(lambda m: loss_fn(m) * loss_scale)(model)
    grads = jax.tree.map(lambda g: g / loss_scale, grads)
    ok = all(bool(jnp.isfinite(g).all()) for g in jax.tree.leaves(grads))
    if ok:
        optimizer.update(model, grads)
    n, s = (good_steps + 1, loss_scale) if ok else (0, max(loss_scale / 2, 1.0))
    if n == growth_interval:
        n, s = 0, min(s * 2, 2.0**24)
    return jnp.array([loss, s, n], dtype=jnp.float32)  #@ stale-loss
