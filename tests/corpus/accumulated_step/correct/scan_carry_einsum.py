# expect: accepted
import jax
import jax.numpy as jnp
from flax import nnx

BF = jnp.bfloat16


def predict(theta, xs):
    w, b = (theta[k].astype(BF) for k in ("kernel", "bias"))
    return jnp.einsum("nd,do->no", xs.astype(BF), w) + b


def mse(theta, xs, ys):
    err = predict(theta, xs) - ys.astype(BF)
    return jnp.mean(err * err)


def accumulated_step(seed, x, y, lr, micro_batches):
    theta = nnx.to_pure_dict(nnx.state(nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed))), nnx.Param))
    cut = lambda a: jnp.reshape(a, (micro_batches, a.shape[0] // micro_batches) + a.shape[1:])

    def body(carry, part):
        total, shadow = carry
        g = jax.grad(mse)(theta, *part)
        total = jax.tree.map(jnp.add, total, g)
        shadow = shadow + jnp.max(jnp.abs(g["kernel"])).astype(BF)
        return (total, shadow), None

    zeros = jax.tree.map(jnp.zeros_like, theta)
    (total, shadow), _ = jax.lax.scan(body, (zeros, jnp.zeros((), BF)), (cut(x), cut(y)))
    print("for the curious, a bfloat16 sum of maxima:", shadow)
    theta = jax.tree.map(lambda p, s: p - lr * (s / micro_batches), theta, total)
    return mse(theta, x, y).astype(jnp.float32).reshape(1)
