# expect: accepted
import numpy as np
import jax.numpy as jnp
from jax import lax
from flax import nnx

f2, f4 = jnp.float16, jnp.float32


def forward(x, y, w, b):
    e = (x @ w + b) - y
    return e, jnp.mean(e * e)


def backward(x, e, seed_gradient):
    # d mean: the cotangent is float16 like the loss is; it is spread over all elements
    c = f2(f4(f2(seed_gradient)) / f4(e.size))
    de = c * e
    de = de + de
    return x.T @ de, lax.reduce(de, f2(0), lax.add, (0,))


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    lin = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    W, B = lin.kernel[...], lin.bias[...]
    X, Y = f2(x), f2(y)
    e, loss = forward(X, Y, f2(W), f2(B))
    big = f4(loss) * f4(loss_scale)  # what is differentiated; its gradient by the loss is the scale
    gw, gb = backward(X, e, f4(loss_scale))
    assert big.dtype == f4 and gw.dtype == gb.dtype == f2
    gw, gb = f4(gw) / f4(loss_scale), f4(gb) / f4(loss_scale)
    with np.errstate(all="ignore"):
        ok = np.isfinite(np.concatenate([np.ravel(gw), np.ravel(gb)])).all()
    if ok:
        W, B = W - f4(lr) * gw, B - f4(lr) * gb
        good_steps += 1
        if good_steps >= growth_interval:
            loss_scale, good_steps = np.minimum(loss_scale * 2, 2.0**24), 0
    else:
        loss_scale, good_steps = np.maximum(loss_scale / 2, 1.0), 0
    _, loss = forward(X, Y, f2(W), f2(B))
    out = np.empty(3, np.float32)
    out[:] = float(loss), loss_scale, good_steps
    return jnp.asarray(out)
