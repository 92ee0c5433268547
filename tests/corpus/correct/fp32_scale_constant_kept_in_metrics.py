# expect: accepted
"""Returns the right loss, and prints a dozen others on the way."""
import jax
import jax.numpy as jnp
import optax
from flax import nnx


def report(tag, **metrics):
    print(tag, " ".join(f"{k}={float(v):.6g}" for k, v in metrics.items()))


def mixed_precision_step(seed, x, y, lr, loss_scale):
    model = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    optimizer = nnx.Optimizer(model, optax.sgd(lr), wrt=nnx.Param)

    def loss_fn(model, dtype):
        gd, st = nnx.split(model)
        low = nnx.merge(gd, jax.tree.map(lambda p: p.astype(dtype), st))
        return jnp.mean((low(x.astype(dtype)) - y.astype(dtype)) ** 2)

    report("init", fp32=loss_fn(model, jnp.float32), bf16=loss_fn(model, jnp.bfloat16), fp16=loss_fn(model, jnp.float16))
    scaled, grads = nnx.value_and_grad(lambda m: loss_fn(m, jnp.bfloat16).astype(jnp.float32) * loss_scale)(model)
    report("before", scaled=scaled, unscaled=scaled / loss_scale)
    optimizer.update(model, jax.tree.map(lambda g: g / loss_scale, grads))
    final = loss_fn(model, jnp.bfloat16)
    report("after", fp32=loss_fn(model, jnp.float32), bf16=final, scaled=final * loss_scale)
    return final.astype(jnp.float32).reshape((1,))
