# expect: accepted
# No autodiff at all: forward and backward of a linear layer, all parts as one batched product.
import jax.numpy as jnp
from flax import nnx
from jax import lax


def accumulated_step(seed, x, y, lr, micro_batches):
    N, D = x.shape
    K = y.shape[1]
    M, R = micro_batches, N // micro_batches

    lin = nnx.Linear(D, K, rngs=nnx.Rngs(int(seed)))
    W, b = lin.kernel.get_value(), lin.bias.get_value()
    X = lax.convert_element_type(x, jnp.bfloat16)
    Y = lax.convert_element_type(y, jnp.bfloat16)

    def residual(W, b):
        Wh = lax.convert_element_type(W, jnp.bfloat16)
        bh = lax.convert_element_type(b, jnp.bfloat16)
        return lax.dot_general(X, Wh, (((1,), (0,)), ((), ()))) + bh - Y

    E = residual(W, b) * (2.0 / (R * K))
    E = lax.reshape(E, (M, R, K))
    Xp = lax.reshape(X, (M, R, D))

    # (M, R, D) x (M, R, K) -> (M, D, K), one gradient per part
    gW = lax.dot_general(
        Xp, E, (((1,), (1,)), ((0,), (0,))), preferred_element_type=jnp.bfloat16
    )
    gb = jnp.einsum("mrk->mk", E)

    gW = jnp.sum(gW, axis=0, dtype=jnp.float32) / M
    gb = jnp.sum(gb, axis=0, dtype=jnp.float32) / M

    r = residual(W - lr * gW, b - lr * gb)
    return jnp.mean(lax.integer_pow(r, 2)).astype(jnp.float32).reshape(1)
