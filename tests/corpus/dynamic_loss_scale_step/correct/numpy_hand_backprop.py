# expect: accepted
import numpy as np
import jax.numpy as jnp
from flax import nnx

H, F = np.float16, np.float32


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    with np.errstate(all="ignore"):
        net = nnx.Linear(np.shape(x)[1], np.shape(y)[1], rngs=nnx.Rngs(int(seed)))
        W = np.array(net.kernel[...])          # float32 masters
        b = np.array(net.bias[...])
        xh, yh = np.asarray(x).astype(H), np.asarray(y).astype(H)

        def forward(W, b):
            err = (xh @ W.astype(H)).astype(H) + b.astype(H) - yh
            assert err.dtype == H
            return err, np.mean(err * err)    # np.mean of half: float32 inside, half outside

        err, loss = forward(W, b)
        scaled = F(loss) * F(loss_scale)       # never needed by the rule below

        # d scaled / d loss is the scale; it goes back through the cast
        ct = F(loss_scale).astype(H)
        ct = (ct.astype(F) / F(err.size)).astype(H)
        d = ct * (H(2) * err)
        dW = (xh.T @ d).astype(H)
        db = d.sum(axis=0, dtype=F).astype(H)

        ok = not (np.any(np.isnan(dW) | np.isinf(dW)) or np.any(np.isnan(db) | np.isinf(db)))
        if ok:
            W -= F(lr) * (dW.astype(F) / F(loss_scale))
            b -= F(lr) * (db.astype(F) / F(loss_scale))
            good_steps += 1
            if good_steps == growth_interval:
                loss_scale, good_steps = min(2.0 * loss_scale, 2.0 ** 24), 0
        else:
            loss_scale, good_steps = max(0.5 * loss_scale, 1.0), 0
        _, loss = forward(W, b)
        return jnp.asarray(np.array([loss, loss_scale, good_steps], dtype=F))
