# expect: accepted
import jax
import jax.numpy as jnp
import optax
from flax import nnx


def sample_loss(params, xi, yi):
    """One row: xi (D_in,), yi (D_out,)."""
    pred = jnp.einsum("i,io->o", xi, params["w"]) + params["b"]
    return jnp.mean(jnp.square(pred - yi))


def batch_loss(params, x, y):
    half, xh, yh = jax.tree.map(lambda t: t.astype(jnp.bfloat16), (params, x, y))
    losses = jax.vmap(sample_loss, in_axes=(None, 0, 0))(half, xh, yh)
    return jnp.mean(losses)


@jax.jit
def update(params, x, y, lr, loss_scale):
    grads = jax.grad(lambda p: batch_loss(p, x, y).astype(jnp.float32) * loss_scale)(params)
    grads = jax.tree.map(lambda g: g / loss_scale, grads)
    return jax.tree.map(lambda p, g: p - lr * g, params, grads)


def mixed_precision_step(seed, x, y, lr, loss_scale):
    lin = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    params = {"w": lin.kernel[...], "b": lin.bias[...]}
    params = update(params, x, y, lr, loss_scale)
    return batch_loss(params, x, y).astype(jnp.float32).reshape(1)
