# expect: pitfall|wrong_answer
# finding: low-precision-unscale
import jax
import jax.numpy as jnp
import optax
from flax import nnx


@jax.jit
def grads_in_compute_dtype(params, x, y, scale):
    def objective(p):
        err = x @ p["kernel"] + p["bias"] - y
        return (err ** 2).mean().astype(jnp.float32) * scale
    return jax.grad(objective)(params)


def mixed_precision_step(seed, x, y, lr, loss_scale):
    lin = nnx.Linear(x.shape[-1], y.shape[-1], rngs=nnx.Rngs(int(seed)))
    master = {"kernel": lin.kernel[...], "bias": lin.bias[...]}
    x16, y16 = x.astype(jnp.bfloat16), y.astype(jnp.bfloat16)
    tx = optax.sgd(lr)
    compute = optax.tree.cast(master, jnp.bfloat16)
    grads = grads_in_compute_dtype(compute, x16, y16, loss_scale)
    grads = {name: (g / loss_scale).astype(jnp.float32) for name, g in grads.items()}  #@ low-precision-unscale
    updates, _ = tx.update(grads, tx.init(master))
    master = optax.apply_updates(master, updates)
    k, b = (v.astype(jnp.bfloat16) for v in (master["kernel"], master["bias"]))
    return jnp.mean((x16 @ k + b - y16) ** 2).astype(jnp.float32).reshape(1)
