# expect: accepted
import jax
import jax.numpy as jnp
from flax import nnx


def loss_half(kernel, bias, x, y):
    # everything that comes in here is bfloat16 already
    prediction = jnp.dot(x, kernel) + bias
    error = prediction - y
    return jnp.mean(error * error)


def accumulated_step(seed, x, y, lr, micro_batches):
    model = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    W = model.kernel[...]
    b = model.bias[...]

    W_half = W.astype(jnp.bfloat16)
    b_half = b.astype(jnp.bfloat16)
    x_half = x.astype(jnp.bfloat16)
    y_half = y.astype(jnp.bfloat16)

    dW = jnp.zeros(W.shape, jnp.float32)
    db = jnp.zeros(b.shape, jnp.float32)
    n = x.shape[0] // micro_batches
    for i in range(micro_batches):
        gW, gb = jax.grad(loss_half, argnums=(0, 1))(W_half, b_half, x_half[i * n:(i + 1) * n], y_half[i * n:(i + 1) * n])
        dW = dW + gW.astype(jnp.float32)
        db = db + gb.astype(jnp.float32)

    W = W - lr * dW / micro_batches
    b = b - lr * db / micro_batches

    loss = loss_half(W.astype(jnp.bfloat16), b.astype(jnp.bfloat16), x_half, y_half)
    return loss.astype(jnp.float32).reshape(1)
