# expect: pitfall|wrong_answer
# finding: masked-by-multiplication
import jax
import jax.numpy as jnp
from flax import nnx


@jax.jit
def train_step(params, x, y, lr, scale):
    def loss(p):
        k, b = p["kernel"].astype(jnp.float16), p["bias"].astype(jnp.float16)
        return jnp.mean((x @ k + b - y) ** 2)

    grads = jax.grad(lambda p: loss(p).astype(jnp.float32) * scale)(params)
    grads = {k: g / scale for k, g in grads.items()}
    finite = jnp.isfinite(grads["kernel"]).all() & jnp.isfinite(grads["bias"]).all()
    params = {k: params[k] - lr * grads[k] * finite for k in params}  #@ masked-by-multiplication
    return loss(params), finite


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    model = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    params = {"kernel": model.kernel[...], "bias": model.bias[...]}
    loss, finite = train_step(params, x.astype(jnp.float16), y.astype(jnp.float16), lr, jnp.float32(loss_scale))
    if finite:
        good_steps += 1
        if good_steps == growth_interval:
            loss_scale = min(loss_scale * 2, 2.0**24)
            good_steps = 0
    else:
        loss_scale = max(loss_scale / 2, 1.0)
        good_steps = 0
    return jnp.array([loss, loss_scale, good_steps], jnp.float32)
