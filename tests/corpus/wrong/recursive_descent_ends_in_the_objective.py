# expect: pitfall|wrong_answer
# finding: scaled-loss-returned
import jax
import jax.numpy as jnp
from flax import nnx


def descend(objective, p, lr, scale, n):
    """n steps, then the value."""
    return (
        objective(p)  #@ scaled-loss-returned
        if n == 0
        else descend(
            objective,
            jax.tree.map(lambda a, g: a - lr * (g / scale), p, jax.grad(objective)(p)),
            lr,
            scale,
            n - 1,
        )
    )


def mixed_precision_step(seed, x, y, lr, loss_scale):
    lin = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    p = {"w": lin.kernel[...], "b": lin.bias[...]}

    def objective(p):
        p, a, t = jax.tree.map(lambda v: v.astype(jnp.bfloat16), (p, x, y))
        return loss_scale * jnp.mean((a @ p["w"] + p["b"] - t) ** 2).astype(jnp.float32)

    return descend(objective, p, lr, loss_scale, 1)[None]  #@ scaled-loss-returned
