# expect: pitfall|wrong_answer
# finding: low-precision-update
import jax
import jax.numpy as jnp
from flax import nnx


def mixed_precision_step(seed, x, y, lr, loss_scale):
    model = nnx.Linear(x.shape[-1], y.shape[-1], rngs=nnx.Rngs(int(seed)))

    def loss_fn(m):
        gdef, st = nnx.split(m, nnx.Param)
        lo = nnx.merge(gdef, jax.tree.map(lambda p: p.astype(jnp.bfloat16), st))
        return jnp.mean((lo(x.astype(jnp.bfloat16)) - y.astype(jnp.bfloat16)) ** 2).astype(jnp.float32) * loss_scale

    grads = nnx.grad(loss_fn)(model)
    for name in ("kernel", "bias"):
        g = grads[name][...] / loss_scale
        step = jnp.empty(g.shape, jnp.bfloat16).at[...].set(jnp.bfloat16(lr * g))  #@ low-precision-update
        param = getattr(model, name)
        param[...] = param[...] - step
    return (loss_fn(model) / loss_scale).reshape(1)
