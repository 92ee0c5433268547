# expect: accepted
import jax
import jax.numpy as jnp
import optax
from flax import nnx


@jnp.vectorize
def to_half(v):
    return v.astype(jnp.bfloat16)


def one_error(w, b, xi, yi):
    return jnp.dot(xi, w) + b - yi


errors = jnp.vectorize(one_error, signature="(i,o),(o),(i),(o)->(o)")


def mixed_precision_step(seed, x, y, lr, loss_scale):
    lin = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    params = {"kernel": lin.kernel[...], "bias": lin.bias[...]}

    def mse(p):
        e = errors(to_half(p["kernel"]), to_half(p["bias"]), to_half(x), to_half(y))
        return jnp.mean(jnp.square(e))

    def objective(p):
        return loss_scale * jnp.asarray(mse(p), dtype=jnp.float32)

    tx = optax.chain(optax.scale(1.0 / loss_scale), optax.scale(-lr))
    updates, _ = tx.update(jax.grad(objective)(params), tx.init(params))
    return jnp.asarray(mse(optax.apply_updates(params, updates)), dtype=jnp.float32)[jnp.newaxis]
