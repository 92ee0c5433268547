# expect: pitfall
# finding: low-precision-loss-scale
import jax
import jax.numpy as jnp
import optax
from flax import nnx


def mixed_precision_step(seed, x, y, lr, loss_scale):
    model = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    opt = nnx.Optimizer(model, optax.sgd(lr), wrt=nnx.Param)
    xb, yb = x.astype(jnp.bfloat16), y.astype(jnp.bfloat16)

    def loss_fn(model):
        gd, st = nnx.split(model)
        half = nnx.merge(gd, jax.tree.map(lambda p: p.astype(jnp.bfloat16), st))
        return jnp.mean((half(xb) - yb) ** 2)

    def scaled_fn(model):
        loss = loss_fn(model)
        scaled = loss * loss_scale  #@ low-precision-loss-scale
        return scaled.astype(jnp.float32)

    scaled, grads = nnx.value_and_grad(scaled_fn)(model)
    print(f"loss {float(scaled) / loss_scale:.5f} (scaled {float(scaled):.1f})")
    opt.update(model, jax.tree.map(lambda g: g / loss_scale, grads))
    after = loss_fn(model)
    print(f"after {float(after):.5f}")
    return jnp.array([float(after)], dtype=jnp.float32)
