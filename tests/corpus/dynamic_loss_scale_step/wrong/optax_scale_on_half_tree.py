# expect: pitfall|wrong_answer
# finding: low-precision-unscale
import jax
import jax.numpy as jnp
import optax
from flax import nnx


def cast_to(dtype):
    return optax.stateless(lambda u, p: jax.tree.map(lambda a: a.astype(dtype), u))


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    m = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    params = {"kernel": m.kernel[...], "bias": m.bias[...]}
    prep = optax.chain(
        optax.scale(1.0 / loss_scale),  #@ low-precision-unscale
        cast_to(jnp.float32),
    )
    opt = optax.sgd(lr)
    x16 = x.astype(jnp.float16)
    y16 = y.astype(jnp.float16)

    @jax.jit
    def loss_fn(p16):
        return jnp.mean(jnp.square(x16 @ p16["kernel"] + p16["bias"] - y16)).astype(jnp.float32)

    p16 = optax.tree.cast(params, jnp.float16)
    g16 = jax.grad(lambda p: loss_fn(p) * loss_scale)(p16)
    finite = all(jnp.isfinite(g).all() for g in jax.tree.leaves(g16))
    grads, _ = prep.update(g16, prep.init(p16))
    if finite:
        updates, _ = opt.update(grads, opt.init(params))
        params = optax.apply_updates(params, updates)
        good_steps += 1
    else:
        good_steps = 0
        loss_scale = max(loss_scale / 2, 1.0)
    if finite and good_steps >= growth_interval:
        good_steps = 0
        loss_scale = min(loss_scale * 2, 2.0**24)
    return jnp.array([loss_fn(optax.tree.cast(params, jnp.float16)), loss_scale, good_steps], jnp.float32)
