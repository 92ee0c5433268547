# expect: accepted
# like amp_C's "maybe_cast": the cast has its own backward rule that says out loud
# that the cotangent goes back up to float32
import functools
import jax, jax.numpy as jnp, optax
from flax import nnx


@functools.partial(jax.custom_vjp, nondiff_argnums=(1,))
def maybe_cast(t, dtype):
    return t.astype(dtype)


def _fwd(t, dtype):
    return t.astype(dtype), t[..., :0]          # only the dtype is wanted


def _bwd(dtype, residual, ct):
    return (ct.astype(residual.dtype),)


maybe_cast.defvjp(_fwd, _bwd)
down = functools.partial(jax.tree.map, lambda t: maybe_cast(t, jnp.bfloat16))


@jax.checkpoint
def block(params, x):
    p = down(params)
    return x @ p["kernel"] + p["bias"]


def mse(params, x, y):
    return jnp.mean(jnp.square(block(params, x) - y))


def mixed_precision_step(seed, x, y, lr, loss_scale):
    layer = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    masters = dict(kernel=layer.kernel[...], bias=layer.bias[...])
    batch = dict(x=x.astype(jnp.bfloat16), y=y.astype(jnp.bfloat16))
    scaled = lambda m: jnp.multiply(mse(m, **batch).astype(jnp.float32), loss_scale)
    tx = optax.inject_hyperparams(optax.sgd)(learning_rate=lr)
    opt_state = tx.init(masters)
    grads = jax.tree.map(lambda g: jnp.true_divide(g, loss_scale), jax.jit(jax.grad(scaled))(masters))
    updates, opt_state = jax.jit(tx.update)(grads, opt_state, masters)
    masters = jax.tree.map(jnp.add, masters, updates)
    return jnp.ravel(mse(masters, **batch)).astype(jnp.float32)
