# expect: accepted
import jax
import jax.numpy as jnp
from jax.flatten_util import ravel_pytree
from flax import nnx


def accumulated_step(seed, x, y, lr, micro_batches):
    model = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    theta, unravel = ravel_pytree((model.kernel[...], model.bias[...]))
    X, Y = x.astype(jnp.bfloat16), y.astype(jnp.bfloat16)

    def J(theta, X, Y):
        W, b = unravel(theta)
        W, b = W.astype(jnp.bfloat16), b.astype(jnp.bfloat16)
        return jnp.mean((X @ W + b - Y) ** 2)

    G = jnp.stack([jax.grad(J)(theta, Xi, Yi)
                   for Xi, Yi in zip(jnp.split(X, micro_batches), jnp.split(Y, micro_batches))])
    assert G.dtype == jnp.float32
    theta = theta - lr * jnp.average(G, axis=0)
    return J(theta, X, Y).astype(jnp.float32).reshape([1])
