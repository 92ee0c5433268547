# expect: accepted
# No autodiff at all: I wanted to see every number of the backward pass once.
import jax.numpy as jnp
import numpy as np
from flax import nnx

f16 = jnp.float16
f32 = jnp.float32


def forward(W, b, X, Y):
    W16 = W.astype(f16)
    b16 = b.astype(f16)
    pred = jnp.dot(X, W16) + b16
    E = pred - Y
    loss = jnp.mean(E * E)
    return E, loss


def backward(X, E, scale):
    # d(scale*loss)/d(loss) is the scale, and it enters the float16 part as float16
    n = E.size
    seed_ct = jnp.asarray(scale, f32).astype(f16)
    d_square = (seed_ct.astype(f32) / n).astype(f16)
    dE = d_square * (E + E)
    dW = jnp.dot(X.T, dE)
    db = jnp.sum(dE, axis=0)
    return dW, db


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    layer = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    W = layer.kernel[...]
    b = layer.bias[...]
    X = jnp.asarray(x).astype(f16)
    Y = jnp.asarray(y).astype(f16)

    E, _ = forward(W, b, X, Y)
    dW, db = backward(X, E, loss_scale)
    assert dW.dtype == f16 and db.dtype == f16

    gW = dW.astype(f32) / f32(loss_scale)
    gb = db.astype(f32) / f32(loss_scale)

    everything = np.concatenate([np.asarray(gW).ravel(), np.asarray(gb).ravel()])
    overflow = not np.isfinite(everything).all()

    if overflow:
        new_scale = loss_scale / 2
        if new_scale < 1.0:
            new_scale = 1.0
        new_count = 0
    else:
        W = W - f32(lr) * gW
        b = b - f32(lr) * gb
        new_scale = loss_scale
        new_count = good_steps + 1
        if new_count >= growth_interval:
            new_count = 0
            new_scale = loss_scale * 2
            if new_scale > 2**24:
                new_scale = float(2**24)

    _, loss = forward(W, b, X, Y)
    answer = np.empty(3, dtype=np.float32)
    answer[0] = np.float32(loss)
    answer[1] = new_scale
    answer[2] = new_count
    return jnp.array(answer)
