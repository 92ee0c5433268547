# expect: pitfall|wrong_answer
# finding: low-precision-update|master-downcast
# allow: master-downcast
# allow: low-precision-grads
import jax
import jax.numpy as jnp
from flax import nnx


def apply_sgd(p, g, lr):
    """p - lr * g in the precision of the forward pass; the result is a master again."""
    p16 = p.astype(jnp.float16)  #@ low-precision-update, master-downcast
    g16 = g.astype(jnp.float16)
    return (p16 - lr * g16).astype(jnp.float32)  #@ low-precision-update, master-downcast


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    lin = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    params = (lin.kernel[...], lin.bias[...])
    xh, yh = x.astype(jnp.float16), y.astype(jnp.float16)

    def loss_fn(params):
        w, b = params
        return jnp.mean((xh @ w.astype(jnp.float16) + b.astype(jnp.float16) - yh) ** 2)

    grads = jax.grad(lambda p: loss_fn(p).astype(jnp.float32) * loss_scale)(params)
    grads = jax.tree.map(lambda g: g / loss_scale, grads)
    finite = jnp.isfinite(grads[0]).all() & jnp.isfinite(grads[1]).all()
    stepped = jax.tree.map(lambda p, g: apply_sgd(p, g, lr), params, grads)  #@ low-precision-update, master-downcast
    params = jax.tree.map(lambda n, o: jnp.where(finite, n, o), stepped, params)
    n = int(finite) * (good_steps + 1)
    s = loss_scale if finite else max(loss_scale / 2, 1.0)
    if n == growth_interval:
        s, n = min(loss_scale * 2, 2.0**24), 0
    return jnp.array([loss_fn(params).astype(jnp.float32), s, n])
