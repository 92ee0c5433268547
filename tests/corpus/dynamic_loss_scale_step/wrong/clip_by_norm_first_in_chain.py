# expect: pitfall|wrong_answer
# finding: clipped-scaled-grads
import jax
import jax.numpy as jnp
import optax
from flax import nnx


def tx_for(lr, scale):
    unscale = optax.stateless(lambda u, _: jax.tree.map(lambda g: g / jnp.float32(scale), u))
    return optax.chain(optax.clip_by_global_norm(1.0), unscale, optax.sgd(lr))  #@ clipped-scaled-grads


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    lin = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    params = {"kernel": lin.kernel[...], "bias": lin.bias[...]}

    def loss(p, a, b):
        return jnp.mean(jnp.square(a @ p["kernel"] + p["bias"] - b))

    def half(*ts):
        return optax.tree.cast(ts, jnp.float16)

    a, b = half(jnp.asarray(x), jnp.asarray(y))
    g = jax.grad(lambda p: loss(*half(p), a, b).astype(jnp.float32) * loss_scale)(params)
    finite = bool(jnp.isfinite(jnp.array([*map(lambda l: jnp.abs(l).max(), jax.tree.leaves(g))])).all())
    tx = optax.conditionally_mask(tx_for(lr, loss_scale), lambda step: finite)
    params = optax.apply_updates(params, tx.update(g, tx.init(params), params)[0])
    count = good_steps + 1 if finite else 0
    scale = loss_scale if finite else max(loss_scale * 0.5, 1.0)
    if count >= growth_interval:
        count, scale = 0, min(scale * 2.0, 2.0**24)
    return jnp.array([loss(*half(params), a, b).astype(jnp.float32), scale, count], jnp.float32)
