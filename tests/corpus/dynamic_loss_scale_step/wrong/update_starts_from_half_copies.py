# expect: pitfall|wrong_answer
# finding: master-downcast
import jax
import jax.numpy as jnp
from flax import nnx


def to16(tree):
    return jax.tree.map(lambda t: t.astype(jnp.float16), tree)


def to32(tree):
    return jax.tree.map(lambda t: t.astype(jnp.float32), tree)


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    model = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    params = {"w": model.kernel[...], "b": model.bias[...]}
    xh, yh = to16((x, y))

    def mse(p):
        return jnp.mean((xh @ p["w"] + p["b"] - yh) ** 2)

    params = to16(params)  #@ master-downcast
    grads = jax.grad(lambda p: mse(p).astype(jnp.float32) * loss_scale)(params)
    grads = jax.tree.map(lambda g: g / loss_scale, to32(grads))
    finite = jnp.isfinite(grads["w"]).all() & jnp.isfinite(grads["b"]).all()

    # the update happens in float32
    params = to32(params)  #@ master-downcast
    params = jax.tree.map(lambda p, g: jnp.where(finite, p - lr * g, p), params, grads)

    if finite:
        good_steps += 1
        if good_steps >= growth_interval:
            loss_scale, good_steps = min(2 * loss_scale, 2.0**24), 0
    else:
        loss_scale, good_steps = max(loss_scale / 2, 1.0), 0
    return jnp.array([mse(to16(params)).astype(jnp.float32), loss_scale, good_steps])
