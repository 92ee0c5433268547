# expect: pitfall|wrong_answer
# finding: doubly-unscaled-grads
import jax
import jax.numpy as jnp
from flax import nnx


def unscale(node, s):
    """Divide a nested structure by s."""
    if isinstance(node, dict):
        return {k: unscale(v, s) / s for k, v in node.items()}  #@ doubly-unscaled-grads
    return node / s  #@ doubly-unscaled-grads


def mse(p, x, y):
    p, x, y = jax.tree.map(lambda a: a.astype(jnp.bfloat16), (p, x, y))
    return jnp.mean((x @ p["w"] + p["b"] - y) ** 2)


def mixed_precision_step(seed, x, y, lr, loss_scale):
    lin = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    p = {"w": lin.kernel[...], "b": lin.bias[...]}
    g = unscale(jax.grad(lambda p: mse(p, x, y).astype(jnp.float32) * loss_scale)(p), loss_scale)
    p = {k: v - lr * g[k] for k, v in p.items()}
    return mse(p, x, y).astype(jnp.float32).reshape(1)
