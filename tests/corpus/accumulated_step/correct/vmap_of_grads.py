# expect: accepted
import jax
import jax.numpy as jnp
from flax import nnx

bf16 = jnp.bfloat16


def forward_loss(params, x, y):
    kernel, bias = (p.astype(bf16) for p in params)
    pred = jnp.dot(x.astype(bf16), kernel) + bias
    err = pred - y.astype(bf16)
    return (err * err).mean()


def accumulated_step(seed, x, y, lr, micro_batches):
    n, d_in = x.shape
    d_out = y.shape[1]
    layer = nnx.Linear(d_in, d_out, rngs=nnx.Rngs(int(seed)))
    params = (layer.kernel[...], layer.bias[...])
    xs = jnp.reshape(x, (micro_batches, n // micro_batches, d_in))
    ys = jnp.reshape(y, (micro_batches, n // micro_batches, d_out))
    per_part = jax.vmap(jax.grad(forward_loss), in_axes=(None, 0, 0))(params, xs, ys)
    new_params = [p - lr * jnp.mean(g, axis=0) for p, g in zip(params, per_part)]
    return forward_loss(new_params, x, y).astype(jnp.float32)[None]
