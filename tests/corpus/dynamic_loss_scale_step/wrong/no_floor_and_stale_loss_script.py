# expect: pitfall|wrong_answer
# finding: stale-loss|update-discarded
# finding: scale-unbounded
import jax
import jax.numpy as jnp
from flax import nnx

GROWTH, BACKOFF, CAP = 2.0, 0.5, 2.0**24


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    # ---- data -----------------------------------------------------------
    inputs = jnp.asarray(x).astype(jnp.float16)
    labels = jnp.asarray(y).astype(jnp.float16)
    # ---- model ----------------------------------------------------------
    lin = nnx.Linear(inputs.shape[1], labels.shape[1], rngs=nnx.Rngs(int(seed)))
    kernel, bias = lin.kernel[...], lin.bias[...]
    # ---- forward / backward ---------------------------------------------
    def objective(k, b):
        out = inputs @ k.astype(jnp.float16) + b.astype(jnp.float16)
        loss = jnp.mean((out - labels) ** 2)
        return loss.astype(jnp.float32) * loss_scale, loss

    (_, loss), (gk, gb) = jax.value_and_grad(objective, argnums=(0, 1), has_aux=True)(kernel, bias)  #@ stale-loss
    gk = gk.astype(jnp.float32) / loss_scale
    gb = gb.astype(jnp.float32) / loss_scale
    # ---- step -----------------------------------------------------------
    if jnp.isfinite(gk).all() and jnp.isfinite(gb).all():
        kernel = kernel - lr * gk
        bias = bias - lr * gb
        good_steps += 1
        if good_steps == growth_interval:
            loss_scale = min(loss_scale * GROWTH, CAP)
            good_steps = 0
    else:
        loss_scale = loss_scale * BACKOFF  #@ scale-unbounded
        good_steps = 0
    # ---- report ---------------------------------------------------------
    return jnp.array([loss.astype(jnp.float32), loss_scale, good_steps], jnp.float32)  #@ stale-loss
