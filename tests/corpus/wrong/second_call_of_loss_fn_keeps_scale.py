# expect: wrong_answer
# finding: scaled-loss-returned
from functools import partial
import jax
import jax.numpy as jnp
from flax import nnx


def mse(scale, xb, yb, tree):
    lo = {k: v.astype(jnp.bfloat16) for k, v in tree.items()}
    return scale * jnp.mean((xb @ lo["kernel"] + lo["bias"] - yb) ** 2).astype(jnp.float32)


def mixed_precision_step(seed, x, y, lr, loss_scale):
    lin = nnx.Linear(x.shape[-1], y.shape[-1], rngs=nnx.Rngs(int(seed)))
    tree = {"kernel": lin.kernel[...], "bias": lin.bias[...]}
    objective = jax.jit(partial(mse, loss_scale, x.astype(jnp.bfloat16), y.astype(jnp.bfloat16)))
    grads = jax.grad(objective)(tree)
    for k in tree:
        tree[k] = tree[k] - lr * grads[k] / loss_scale
    evaluate = objective
    return jnp.ravel(evaluate(tree))  #@ scaled-loss-returned
