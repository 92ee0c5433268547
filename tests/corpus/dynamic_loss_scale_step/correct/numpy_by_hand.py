# expect: accepted
"""NumPy only, except for the initial parameters: forward and backward written out in np.float16."""
import jax.numpy as jnp
import numpy as np
from flax import nnx


def _loss(w, b, x, y):
    err = x @ w.astype(np.float16) + b.astype(np.float16) - y
    sq = err * err
    return err, np.float16(np.mean(sq, dtype=np.float32))


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    lin = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    w, b = np.array(lin.kernel[...]), np.array(lin.bias[...])
    with np.errstate(all="ignore"):
        x16, y16 = np.asarray(x).astype(np.float16), np.asarray(y).astype(np.float16)
        err, _ = _loss(w, b, x16, y16)
        ct = np.float16(np.float32(loss_scale))
        each = np.float16(np.float32(ct) / np.float32(err.size))
        d = each * (np.float16(2) * err)
        gw = (x16.T @ d).astype(np.float32) / np.float32(loss_scale)
        gb = d.sum(axis=0, dtype=np.float32).astype(np.float16).astype(np.float32) / np.float32(loss_scale)
        if np.isfinite(gw).all() and np.isfinite(gb).all():
            w = w - np.float32(lr) * gw
            b = b - np.float32(lr) * gb
            good_steps += 1
            if good_steps >= growth_interval:
                good_steps = 0
                loss_scale = min(loss_scale * 2, 2.0**24)
        else:
            good_steps = 0
            loss_scale = max(loss_scale / 2, 1.0)
        _, loss = _loss(w, b, x16, y16)
    return jnp.asarray(np.array([loss, loss_scale, good_steps], dtype=np.float32))
