# expect: accepted
# One scaled loss per row, the whole jacobian, and the mean of its rows.
import jax, jax.numpy as jnp
from flax import nnx

def row_losses(theta, x, y):
    h = lambda a: a.astype("bfloat16")
    residual = h(x) @ h(theta["w"]) + h(theta["b"]) - h(y)
    return jnp.mean(residual * residual, axis=1)

def mixed_precision_step(seed, x, y, lr, loss_scale):
    net = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    theta = dict(w=net.kernel[...], b=net.bias[...])
    jac = jax.jacrev(lambda t: row_losses(t, x, y).astype(jnp.float32) * loss_scale)(theta)
    mean_grad = jax.tree.map(lambda j: j.mean(axis=0) / loss_scale, jac)
    theta = {k: theta[k] - lr * mean_grad[k] for k in theta}
    return jnp.mean(row_losses(theta, x, y)).astype(jnp.float32).reshape(1)
