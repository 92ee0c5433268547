# expect: wrong_answer|pitfall
# finding: full-precision-forward
# allow: full-precision-final-loss
import jax
import jax.numpy as jnp
from flax import nnx

bf = jnp.bfloat16


def accumulated_step(seed, x, y, lr, micro_batches):
    lin = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    theta = {"kernel": lin.kernel[...], "bias": lin.bias[...]}
    x, y = x.astype(bf), y.astype(bf)

    def forward(theta, inputs):
        hidden = inputs @ theta["kernel"]  #@ full-precision-forward
        return hidden.astype(bf) + theta["bias"].astype(bf)

    def loss(theta, inputs, targets):
        return jnp.mean(jnp.square(forward(theta, inputs) - targets))

    def add_part(k, acc):
        size = x.shape[0] // micro_batches
        xb = jax.lax.dynamic_slice_in_dim(x, k * size, size)
        yb = jax.lax.dynamic_slice_in_dim(y, k * size, size)
        return jax.tree.map(jnp.add, acc, jax.grad(loss)(theta, xb, yb))

    acc = jax.lax.fori_loop(0, micro_batches, add_part, jax.tree.map(jnp.zeros_like, theta))
    theta = jax.tree.map(lambda t, a: t - lr * a / micro_batches, theta, acc)
    return loss(theta, x, y).astype(jnp.float32)[None]
