# expect: pitfall|wrong_answer
# finding: master-downcast
# allow: low-precision-update
import jax
import jax.numpy as jnp
from flax import nnx


def half(model):
    """model.half()"""
    return {k: v.astype(jnp.float16) for k, v in model.items()}


def optimizer_step(model, grads, lr):
    out = {}
    for name, p in model.items():
        out[name] = p.astype(jnp.float32) - lr * grads[name]
    return out


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    lin = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    model = {"weight": lin.kernel[...], "bias": lin.bias[...]}
    model = half(model)  #@ master-downcast
    x, y = x.astype(jnp.float16), y.astype(jnp.float16)

    def forward(model):
        model = half(model)
        return x @ model["weight"] + model["bias"]

    def mse(model):
        return jnp.mean((forward(model) - y) ** 2)

    grads = jax.grad(lambda m: mse(m).astype(jnp.float32) * loss_scale)(model)
    grads = {k: g.astype(jnp.float32) / loss_scale for k, g in grads.items()}
    if all(jnp.isfinite(g).all() for g in grads.values()):
        model = optimizer_step(model, grads, lr)
        good_steps += 1
        if good_steps == growth_interval:
            loss_scale, good_steps = min(2 * loss_scale, 2.0**24), 0
    else:
        loss_scale, good_steps = max(loss_scale / 2, 1.0), 0
    return jnp.array([mse(model).astype(jnp.float32), loss_scale, good_steps], dtype=jnp.float32)
