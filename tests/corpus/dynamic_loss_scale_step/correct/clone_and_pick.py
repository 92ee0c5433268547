# expect: accepted
import jax
import jax.numpy as jnp
import optax
from flax import nnx


@nnx.jit
def half_loss(model, x, y):
    return jnp.mean((model(x) - y) ** 2)


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    before = nnx.Linear(x.shape[1], y.shape[1], dtype=jnp.float16, rngs=nnx.Rngs(int(seed)))
    x = jnp.asarray(x).astype(jnp.float16).astype(jnp.float32).astype(jnp.float16)
    y = jnp.asarray(y).astype(jnp.float16)

    after = nnx.clone(before)
    opt = nnx.Optimizer(after, optax.sgd(lr), wrt=nnx.Param)
    loss, grads = nnx.value_and_grad(lambda m: half_loss(m, x, y).astype(jnp.float32) * loss_scale)(after)
    grads = jax.tree.map(lambda g: jnp.asarray(g, jnp.float32) / loss_scale, grads)
    opt.update(after, grads)

    bad = sum(int(jnp.sum(~jnp.isfinite(g))) for g in jax.tree.leaves(grads))
    result = {"scale": loss_scale, "count": good_steps + 1, "model": after}
    if bad > 0:
        result = {"scale": loss_scale / 2.0 if loss_scale > 2.0 else 1.0, "count": 0, "model": before}
    elif result["count"] == growth_interval:
        result["scale"] = loss_scale * 2.0 if loss_scale < 2.0 ** 23 else 2.0 ** 24
        result["count"] = 0
    final = half_loss(result["model"], x, y)
    return jnp.hstack([final.astype(jnp.float32), jnp.float32(result["scale"]), jnp.float32(result["count"])])
