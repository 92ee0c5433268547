# expect: pitfall|wrong_answer
# finding: low-precision-accumulator|low-precision-grads
import jax
import jax.numpy as jnp
from flax import nnx


def loss(half_params, x, y):
    return ((x @ half_params[0] + half_params[1] - y) ** 2).mean()


def accumulated_step(seed, x, y, lr, micro_batches):
    m = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    params = (m.kernel[...], m.bias[...])
    x, y = x.astype(jnp.bfloat16), y.astype(jnp.bfloat16)
    halve = lambda ps: tuple(p.astype(jnp.bfloat16) for p in ps)

    grads = jax.vmap(jax.grad(loss), (None, 0, 0))(
        halve(params), x.reshape(micro_batches, -1, x.shape[1]), y.reshape(micro_batches, -1, y.shape[1]))
    # mean over the parts, then into the precision of the masters
    grads = tuple(g.mean(axis=0).astype(jnp.float32) for g in grads)  #@ low-precision-accumulator, low-precision-grads
    params = tuple(p - lr * g for p, g in zip(params, grads))
    return loss(halve(params), x, y).astype(jnp.float32).reshape(1)
