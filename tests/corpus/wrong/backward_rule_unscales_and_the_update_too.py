# expect: wrong_answer
# finding: doubly-unscaled-grads
"""Loss scaling hidden at the boundary of the model."""
import jax
import jax.numpy as jnp
from flax import nnx


@jax.custom_vjp
def boundary(params, scale):
    return params


def boundary_fwd(params, scale):
    return params, scale


def boundary_bwd(scale, ct):
    return jax.tree.map(lambda c: c / scale, ct), None  #@ doubly-unscaled-grads


boundary.defvjp(boundary_fwd, boundary_bwd)


def to_half(tree):
    return jax.tree.map(lambda leaf: leaf.astype(jnp.bfloat16), tree)


def mixed_precision_step(seed, x, y, lr, loss_scale):
    layer = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    masters = {"w": layer.kernel[...], "b": layer.bias[...]}
    xh, yh = to_half((x, y))

    def mse(p):
        h = to_half(p)
        return jnp.mean(jnp.square(xh @ h["w"] + h["b"] - yh))

    def objective(p):
        return mse(boundary(p, loss_scale)).astype(jnp.float32) * loss_scale

    g = jax.grad(objective)(masters)
    # the gradients are still scaled here
    masters = {k: masters[k] - lr * (g[k] / loss_scale) for k in masters}  #@ doubly-unscaled-grads
    return mse(masters).astype(jnp.float32).reshape(1)
