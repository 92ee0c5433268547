# expect: pitfall|wrong_answer
# finding: master-downcast
"""Wrong: the new kernel is the bfloat16 copy's kernel plus the float32 update, the bias is right."""
import jax
import jax.numpy as jnp
import optax
from flax import nnx


def mse(kernel, bias, x, y):
    return jnp.mean(jnp.square(x @ kernel + bias - y))


def accumulated_step(seed, x, y, lr, micro_batches):
    layer = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    x, y = x.astype(jnp.bfloat16), y.astype(jnp.bfloat16)
    kernel, bias = layer.kernel[...], layer.bias[...]
    kernel16, bias16 = kernel.astype(jnp.bfloat16), bias.astype(jnp.bfloat16)

    total_k, total_b = jnp.zeros_like(kernel), jnp.zeros_like(bias)
    for xb, yb in zip(jnp.split(x, micro_batches), jnp.split(y, micro_batches)):
        gk, gb = jax.grad(mse, argnums=(0, 1))(kernel16, bias16, xb, yb)
        total_k += gk.astype(jnp.float32)
        total_b += gb.astype(jnp.float32)

    tx = optax.sgd(lr)
    grads = (total_k / micro_batches, total_b / micro_batches)
    (dk, db), _ = tx.update(grads, tx.init((kernel, bias)))
    kernel = kernel16 + dk  #@ master-downcast
    bias = bias + db
    loss = mse(kernel.astype(jnp.bfloat16), bias.astype(jnp.bfloat16), x, y)
    return loss.astype(jnp.float32).reshape(1)
