# expect: accepted
# d/dW mean((xW + b - y)^2) = 2/n x^T r,  d/db = 2/n sum r      (n: number of elements of r)
import jax.numpy as jnp
from flax import nnx

F, H = jnp.float32, jnp.bfloat16


def residual(W, b, x, y):
    return jnp.einsum("...ri,io->...ro", x, W.astype(H)) + b.astype(H) - y


def accumulated_step(seed, x, y, lr, micro_batches):
    N, n_in = x.shape
    n_out = y.shape[1]
    lin = nnx.Linear(n_in, n_out, rngs=nnx.Rngs(int(seed)))
    W, b = lin.kernel[...], lin.bias[...]

    x = jnp.asarray(x, H)
    y = jnp.asarray(y, H)
    xs = x.reshape(micro_batches, N // micro_batches, n_in)
    ys = y.reshape(micro_batches, N // micro_batches, n_out)

    r = residual(W, b, xs, ys)                            # (parts, rows, n_out)
    dr = r * H(2 / (r.shape[1] * n_out))
    dW_parts = jnp.einsum("pri,pro->pio", xs, dr)         # one bfloat16 gradient per part
    db_parts = jnp.einsum("pro->po", dr)

    dW = jnp.zeros_like(W)
    db = jnp.zeros_like(b)
    for p in range(micro_batches):
        dW += dW_parts[p].astype(F)
        db += db_parts[p].astype(F)

    W = W - lr * (dW / micro_batches)
    b = b - lr * (db / micro_batches)
    return jnp.mean(residual(W, b, x, y) ** 2).astype(F)[jnp.newaxis]
