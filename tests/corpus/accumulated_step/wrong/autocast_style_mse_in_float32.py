# expect: pitfall|wrong_answer
# finding: full-precision-final-loss|full-precision-forward
import contextlib

import jax
import jax.numpy as jnp
import optax
from flax import nnx

_amp = {"dtype": jnp.float32}


@contextlib.contextmanager
def autocast(dtype):
    before = _amp["dtype"]
    _amp["dtype"] = dtype
    try:
        yield
    finally:
        _amp["dtype"] = before


def linear(params, x):
    d = _amp["dtype"]
    return jnp.matmul(x.astype(d), params["weight"].astype(d)) + params["bias"].astype(d)


def mse_loss(pred, target):
    pred, target = pred.astype(jnp.float32), target.astype(jnp.float32)  #@ full-precision-forward
    return jnp.mean((pred - target) ** 2)


def loss_fn(params, x, y):
    with autocast(jnp.bfloat16):
        pred = linear(params, x)
        return mse_loss(pred, y.astype(_amp["dtype"]))


def accumulated_step(seed, x, y, lr, micro_batches):
    lin = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    params = {"weight": lin.kernel[...], "bias": lin.bias[...]}
    opt = optax.sgd(lr)
    opt_state = opt.init(params)
    total = {name: jnp.zeros_like(p) for name, p in params.items()}
    for xb, yb in zip(jnp.split(x, micro_batches), jnp.split(y, micro_batches)):
        grads = jax.grad(loss_fn)(params, xb, yb)
        for name in total:
            total[name] += grads[name]
    mean = {name: t / micro_batches for name, t in total.items()}
    updates, opt_state = opt.update(mean, opt_state, params)
    params = optax.apply_updates(params, updates)
    return loss_fn(params, x, y).reshape(1)
