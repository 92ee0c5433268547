# expect: pitfall|wrong_answer
# finding: unchecked-overflow
import jax
import jax.numpy as jnp
from flax import nnx


def to_half(d):
    return {k: v.astype(jnp.float16) for k, v in d.items()}


def mse(p, x, y):
    return jnp.mean((x @ p["kernel"] + p["bias"] - y) ** 2)


def sgd_(params, grads, lr):
    """In place, like torch.optim.SGD."""
    for name in params:
        params[name] = params[name] - lr * grads[name]  #@ unchecked-overflow
    return params


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    lin = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    params = {"kernel": lin.kernel[...], "bias": lin.bias[...]}
    x, y = jnp.asarray(x, jnp.float16), jnp.asarray(y, jnp.float16)

    grads = jax.grad(lambda p: mse(p, x, y).astype(jnp.float32) * loss_scale)(to_half(params))
    grads = {k: g.astype(jnp.float32) / loss_scale for k, g in grads.items()}
    finite = all(bool(jnp.isfinite(g).all()) for g in grads.values())

    before = params  #@ unchecked-overflow
    sgd_(params, grads, lr)
    if not finite:
        params = before

    if not finite:
        scale, count = max(loss_scale / 2, 1.0), 0
    elif good_steps + 1 == growth_interval:
        scale, count = min(loss_scale * 2, 2.0**24), 0
    else:
        scale, count = loss_scale, good_steps + 1
    return jnp.array([mse(to_half(params), x, y).astype(jnp.float32), scale, count], jnp.float32)
