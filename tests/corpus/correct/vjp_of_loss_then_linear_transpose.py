# expect: accepted
# autodiff for the loss only; the layer's backward pass by hand
import jax
import jax.numpy as jnp
from flax import nnx


def scaled_objective(pred, target, scale):
    resid = pred - target
    return (resid * resid).mean().astype(jnp.float32) * scale


def mixed_precision_step(seed, x, y, lr, loss_scale):
    init = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    W, b = init.kernel[...], init.bias[...]
    xs, ys = (a.astype(jnp.bfloat16) for a in (x, y))

    def apply(W, b):
        return jnp.einsum("ni,io->no", xs, W.astype(jnp.bfloat16)) + b.astype(jnp.bfloat16)

    out = apply(W, b)
    dout = jax.grad(scaled_objective)(out, ys, loss_scale)
    matmul_t = jax.linear_transpose(lambda k: xs @ k, jax.ShapeDtypeStruct(W.shape, jnp.bfloat16))
    (dW,) = matmul_t(dout)
    db = jnp.sum(dout, axis=0)

    W = W - lr * (dW.astype(jnp.float32) / loss_scale)
    b = b - lr * (db.astype(jnp.float32) / loss_scale)
    return jnp.stack([scaled_objective(apply(W, b), ys, 1.0)])
