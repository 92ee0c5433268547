# expect: wrong_answer
# finding: missing-loss-scale
import jax
import jax.numpy as jnp
from flax import nnx
from jax import lax


def mixed_precision_step(seed, x, y, lr, loss_scale):
    lin = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    params = (lin.kernel[...], lin.bias[...])

    def loss(params):
        w, b = (lax.convert_element_type(p, jnp.bfloat16) for p in params)
        r = lax.convert_element_type(x, jnp.bfloat16) @ w + b - lax.convert_element_type(y, jnp.bfloat16)
        plain = jnp.mean(r * r).astype(jnp.float32)
        return plain, plain * loss_scale  #@ missing-loss-scale

    # value and scaled value
    (plain, scaled), grads = jax.value_and_grad(loss, has_aux=True)(params)  #@ missing-loss-scale
    grads = jax.tree.map(lambda g: g / loss_scale, grads)
    params = jax.tree.map(lambda p, g: p - lr * g, params, grads)
    return loss(params)[0].reshape((1,))
