# expect: pitfall|wrong_answer
# finding: uncast-inputs
import jax
import jax.numpy as jnp
import optax
from flax import nnx


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    x, y = jnp.asarray(x), jnp.asarray(y)
    model = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    params = {"kernel": model.kernel[...], "bias": model.bias[...]}
    tx = optax.sgd(lr)
    opt_state = tx.init(params)

    def compute(p, xb, yb):
        out = x @ p["kernel"] + p["bias"]  #@ uncast-inputs
        out = out.astype(yb.dtype)
        return jnp.mean((out - yb) ** 2)

    def loss_for(p):
        p16, x16, y16 = optax.tree.cast((p, x, y), jnp.float16)
        return compute(p16, x16, y16)

    def scaled(p):
        return loss_for(p).astype(jnp.float32) * loss_scale

    grads = jax.grad(scaled)(params)
    grads = jax.tree.map(lambda g: g / loss_scale, grads)
    finite = jnp.array(True)
    for leaf in jax.tree.leaves(grads):
        finite &= jnp.isfinite(leaf).all()

    updates, _ = tx.update(grads, opt_state, params)
    params = jax.lax.cond(finite, lambda: optax.apply_updates(params, updates), lambda: params)

    reached = good_steps + 1 == growth_interval
    grown = min(loss_scale * 2, 2.0**24) if reached else loss_scale
    scale = jnp.where(finite, grown, max(loss_scale / 2, 1.0))
    count = jnp.where(finite, 0 if reached else good_steps + 1, 0)
    return jnp.stack([loss_for(params).astype(jnp.float32), scale.astype(jnp.float32), count.astype(jnp.float32)])
