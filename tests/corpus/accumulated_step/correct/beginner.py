# expect: accepted
import jax
import jax.numpy as jnp
from flax import nnx


def accumulated_step(seed, x, y, lr, micro_batches):
    # make the layer
    model = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    W = model.kernel[...]
    b = model.bias[...]
    print("W", W.shape, W.dtype)

    def my_loss(W, b, x_part, y_part):
        W_small = W.astype(jnp.bfloat16)
        b_small = b.astype(jnp.bfloat16)
        x_small = x_part.astype(jnp.bfloat16)
        y_small = y_part.astype(jnp.bfloat16)
        y_pred = jnp.matmul(x_small, W_small) + b_small
        errors = y_pred - y_small
        squares = errors * errors
        return jnp.mean(squares)

    # how many rows in one part
    n_rows = x.shape[0] // micro_batches
    print("rows in a part:", n_rows)

    W_grads = []
    b_grads = []
    i = 0
    while i < micro_batches:
        x_part = x[i * n_rows : (i + 1) * n_rows]
        y_part = y[i * n_rows : (i + 1) * n_rows]
        dW, db = jax.grad(my_loss, argnums=(0, 1))(W, b, x_part, y_part)
        W_grads.append(dW)
        b_grads.append(db)
        i = i + 1

    dW = sum(W_grads) / micro_batches
    db = sum(b_grads) / micro_batches
    print("dW", dW.dtype)

    W = W - lr * dW
    b = b - lr * db

    final = my_loss(W, b, x, y)
    print("final loss", final)
    answer = jnp.zeros((1,), dtype=jnp.float32)
    answer = answer.at[0].set(final.astype(jnp.float32))
    return answer
