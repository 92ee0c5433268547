# expect: pitfall|wrong_answer
# finding: uncast-targets
from functools import partial
import jax
import jax.numpy as jnp
from flax import nnx


def MSELoss(target, prediction):
    diff = prediction - target  #@ uncast-targets
    return jnp.mean(diff * diff)


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    x, y = jnp.asarray(x), jnp.asarray(y)
    criterion = partial(MSELoss, y)  #@ uncast-targets
    net = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    x, y = x.astype(jnp.float16), y.astype(jnp.float16)

    def forward(net):
        w16 = net.kernel[...].astype(x.dtype)
        b16 = net.bias[...].astype(x.dtype)
        return criterion(x @ w16 + b16)  #@ uncast-targets

    g = nnx.grad(lambda n: forward(n).astype(jnp.float32) * loss_scale)(net)
    dk, db = g["kernel"][...].astype(jnp.float32) / loss_scale, g["bias"][...].astype(jnp.float32) / loss_scale
    fin = bool(jnp.isfinite(dk).all()) and bool(jnp.isfinite(db).all())
    if fin:
        net.kernel[...] -= lr * dk
        net.bias[...] -= lr * db
        good_steps += 1
        if good_steps == growth_interval:
            loss_scale = min(loss_scale * 2, 2.0**24)
            good_steps = 0
    else:
        loss_scale = max(loss_scale / 2, 1.0)
        good_steps = 0
    return jnp.array([forward(net).astype(jnp.float32), loss_scale, good_steps], jnp.float32)
