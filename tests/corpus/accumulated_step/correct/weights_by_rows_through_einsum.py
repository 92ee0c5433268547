# expect: accepted
import jax
import jax.numpy as jnp
from flax import nnx


def loss(params, x, y):
    half = jax.tree.map(lambda p: p.astype(jnp.bfloat16), params)
    pred = jnp.einsum("nd,dm->nm", x.astype(jnp.bfloat16), half["w"]) + half["b"]
    return jnp.mean(jnp.square(pred - y.astype(jnp.bfloat16)))


def accumulated_step(seed, x, y, lr, micro_batches):
    layer = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    params = {"w": layer.kernel[...], "b": layer.bias[...]}
    grads = [jax.grad(loss)(params, *part) for part in zip(jnp.split(x, micro_batches), jnp.split(y, micro_batches))]
    shares = jnp.full((micro_batches,), 1 / micro_batches)
    stacked = jax.tree.map(lambda *g: jnp.stack(g), *grads)
    mean = jax.tree.map(lambda g: jnp.einsum("p,p...->...", shares, g), stacked)
    params = jax.tree.map(lambda p, g: p - lr * g, params, mean)
    return loss(params, x, y).astype(jnp.float32).reshape(1)
