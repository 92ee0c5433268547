# expect: pitfall|wrong_answer
# finding: scaled-loss-returned
import jax
import jax.numpy as jnp
from flax import nnx


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    lin = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    params = {"kernel": lin.kernel[...], "bias": lin.bias[...]}
    x, y = x.astype(jnp.float16), y.astype(jnp.float16)
    scale = loss_scale

    def loss_fn(params):
        half = {k: v.astype(jnp.float16) for k, v in params.items()}
        loss = jnp.mean((x @ half["kernel"] + half["bias"] - y) ** 2)
        return loss.astype(jnp.float32) * scale

    grads = jax.grad(loss_fn)(params)
    grads = {k: g / scale for k, g in grads.items()}
    finite = all(bool(jnp.isfinite(g).all()) for g in grads.values())
    if finite:
        params = {k: params[k] - lr * grads[k] for k in params}
        good_steps += 1
        if good_steps == growth_interval:
            loss_scale, good_steps = min(loss_scale * 2, 2.0**24), 0
    else:
        loss_scale, good_steps = max(loss_scale / 2, 1.0), 0
    return jnp.array([loss_fn(params), loss_scale, good_steps], dtype=jnp.float32)  #@ scaled-loss-returned
