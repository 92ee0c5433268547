# expect: pitfall|wrong_answer
# finding: low-precision-grads
import jax
import jax.numpy as jnp
from flax import nnx

BF = jnp.bfloat16


def mixed_precision_step(seed, x, y, lr, loss_scale):
    layer = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    params = {"kernel": layer.kernel[...], "bias": layer.bias[...]}

    def sample_loss(p, xi, yi):
        k, b = p["kernel"].astype(BF), p["bias"].astype(BF)
        return jnp.mean((xi.astype(BF) @ k + b - yi.astype(BF)) ** 2)

    def scaled(p, xi, yi):
        return jnp.float32(sample_loss(p, xi, yi)) * loss_scale

    per_sample = jax.vmap(jax.grad(scaled), in_axes=(None, 0, 0))(params, x, y)
    grads = jax.tree.map(lambda g: jnp.mean(g / loss_scale, axis=0, dtype=BF), per_sample)  #@ low-precision-grads
    params = jax.tree.map(lambda p, g: p - lr * g.astype(jnp.float32), params, grads)
    losses = jax.vmap(sample_loss, in_axes=(None, 0, 0))(params, x, y)
    return jnp.mean(losses).astype(jnp.float32).reshape(1)
