# expect: accepted
import jax
import jax.numpy as jnp
import optax
from flax import nnx


@jax.custom_vjp
def to_half(p):
    return p.astype(jnp.bfloat16)


def _fwd(p):
    return to_half(p), None


def _bwd(_, ct):
    return (ct.astype(jnp.float32),)


to_half.defvjp(_fwd, _bwd)


def objective(params, x, y):
    kernel, bias = jax.tree.map(to_half, params)
    pred = jax.lax.dot_general(x, kernel, (((1,), (0,)), ((), ()))) + bias
    return jnp.mean(jnp.square(pred - y))


def accumulated_step(seed, x, y, lr, micro_batches):
    model = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    params = (model.kernel[...], model.bias[...])
    x, y = x.astype(jnp.bfloat16), y.astype(jnp.bfloat16)
    tx = optax.chain(optax.scale(1.0 / micro_batches), optax.sgd(lr))
    state = tx.init(params)
    grad_sum = (0.0, 0.0)
    for xs, ys in zip(jnp.split(x, micro_batches), jnp.split(y, micro_batches)):
        grad_sum = jax.tree.map(lambda s, g: s + g, grad_sum, jax.grad(objective)(params, xs, ys))
    updates, state = tx.update(grad_sum, state, params)
    params = optax.apply_updates(params, updates)
    return objective(params, x, y).astype(jnp.float32)[None]
