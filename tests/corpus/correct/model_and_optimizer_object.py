# expect: accepted
import jax
import jax.numpy as jnp
import optax
from flax import nnx


def loss_fn(model: nnx.Linear, x, y, loss_scale=1.0):
    graphdef, params, rest = nnx.split(model, nnx.Param, ...)
    params = jax.tree.map(lambda p: p.astype(jnp.bfloat16), params)
    model_bf16 = nnx.merge(graphdef, params, rest)
    pred = model_bf16(x.astype(jnp.bfloat16))
    loss = jnp.mean((pred - y.astype(jnp.bfloat16)) ** 2)
    return loss.astype(jnp.float32) * loss_scale


@nnx.jit
def train_step(state: nnx.ModelAndOptimizer, x, y, loss_scale):
    grads = nnx.grad(loss_fn, argnums=nnx.DiffState(0, nnx.Param))(state.model, x, y, loss_scale)
    state.update(jax.tree.map(lambda g: g.astype(jnp.float32) / loss_scale, grads))


def mixed_precision_step(seed, x, y, lr, loss_scale):
    state = nnx.ModelAndOptimizer(
        nnx.Linear(x.shape[-1], y.shape[-1], rngs=nnx.Rngs(int(seed))), optax.sgd(lr))
    train_step(state, x, y, loss_scale)
    return jnp.reshape(loss_fn(state.model, x, y), (1,))
