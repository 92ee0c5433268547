# expect: pitfall|wrong_answer
# finding: uncast-targets
# finding: unscaled-grads
import jax
import jax.numpy as jnp
from flax import nnx


def linear(params, row):
    return jax.lax.dot(row, params['kernel']) + params['bias']


def criterion(params, x, y):
    params = jax.tree.map(lambda p: p.astype(jnp.bfloat16), params)
    errors = jax.vmap(lambda a, b: linear(params, a) - b)(x.astype(jnp.bfloat16), y)  #@ uncast-targets
    return jnp.mean(errors ** 2).astype(jnp.float32)


def mixed_precision_step(seed, x, y, lr, loss_scale):
    params = nnx.to_pure_dict(nnx.state(nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))))
    grads = jax.grad(lambda p: criterion(p, x, y) * loss_scale)(params)
    params = jax.tree.map(lambda p, g: p - lr * g, params, grads)  #@ unscaled-grads
    return jnp.atleast_1d(criterion(params, x, y))
