# expect: accepted
import jax
import jax.numpy as jnp
import optax
from flax import nnx


def columns(a):
    return jnp.swapaxes(a, 0, 1).astype(jnp.bfloat16)


def mixed_precision_step(seed, x, y, lr, loss_scale):
    L = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    W, B = L.kernel[...].T, L.bias[...][:, None]
    X, Y = columns(x), columns(y)

    def cost(W, B):
        P = jnp.einsum("oi,in->on", W.astype(jnp.bfloat16), X) + B.astype(jnp.bfloat16)
        return jnp.mean(optax.squared_error(P, Y))

    value, pull = jax.vjp(lambda W, B: cost(W, B).astype(jnp.float32) * loss_scale, W, B)
    GW, GB = pull(jnp.ones_like(value))
    W, B = W - lr * GW / loss_scale, B - lr * GB / loss_scale
    return cost(W, B).astype(jnp.float32).reshape(1)
