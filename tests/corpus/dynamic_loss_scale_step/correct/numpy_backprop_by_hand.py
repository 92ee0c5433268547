# expect: accepted
import numpy as np
import jax.numpy as jnp
from flax import nnx

H, F = np.float16, np.float32


def forward(W, b, x, y):
    err = (x @ W).astype(H) + b - y          # all three are float16 arrays
    assert err.dtype == H
    sq = err * err
    # numpy's mean of a float16 array sums in float32 and rounds the result to float16
    return np.mean(sq), err


def backward(err, x, upstream):
    n = err.size
    each = H(F(H(upstream)) / F(n))          # what arrives at every square
    d_err = each * (H(2) * err)
    dW = (x.T @ d_err).astype(H)
    db = d_err.sum(axis=0, dtype=F).astype(H)
    return dW, db


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    with np.errstate(all='ignore'):
        layer = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
        W = np.array(layer.kernel[...], dtype=F)
        b = np.array(layer.bias[...], dtype=F)
        xh, yh = np.asarray(x).astype(H), np.asarray(y).astype(H)

        loss, err = forward(W.astype(H), b.astype(H), xh, yh)
        scaled = F(loss) * F(loss_scale)     # never used further: its derivative is the scale
        dW, db = backward(err, xh, F(loss_scale))
        dW, db = dW.astype(F) / F(loss_scale), db.astype(F) / F(loss_scale)

        good = np.isfinite(dW).all() and np.isfinite(db).all()
        new_scale, new_count = loss_scale, good_steps + 1
        if good:
            W -= F(lr) * dW
            b -= F(lr) * db
            if new_count == growth_interval:
                new_scale, new_count = min(loss_scale * 2, 2 ** 24), 0
        else:
            new_scale, new_count = max(loss_scale / 2, 1), 0

        last, _ = forward(W.astype(H), b.astype(H), xh, yh)
        return jnp.asarray(np.array([last, new_scale, new_count], dtype=F))
