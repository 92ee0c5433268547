# expect: pitfall|wrong_answer
# finding: full-precision-forward
import functools
import jax
import jax.numpy as jnp
import optax
from flax import nnx


def autocast(dtype=jnp.float16):
    def wrap(fn):
        @functools.wraps(fn)
        def inner(*args, **kwargs):
            args = jax.tree.map(lambda a: jnp.asarray(a, dtype), args)  #@ full-precision-forward
            return fn(*args, **kwargs)
        return inner
    return wrap


@autocast()
def mse_forward(x, y, *, params):
    out = x @ params['kernel']  #@ full-precision-forward
    return jnp.mean((out + params['bias'] - y) ** 2)


class AMP:
    def __init__(self, scale, good, interval):
        self.vars = dict(scale=scale, good=good, interval=interval)

    def transition(self, finite):
        v = self.vars
        v['good'] = v['good'] + 1 if finite else 0
        if not finite:
            v['scale'] = max(v['scale'] / 2, 1.0)
        if v['good'] == v['interval']:
            v.update(scale=min(v['scale'] * 2, 2.0**24), good=0)
        return v['scale'], v['good']


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    lin = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    params = {'kernel': lin.kernel[...], 'bias': lin.bias[...]}
    grads = jax.grad(lambda p: mse_forward(x, y, params=p).astype(jnp.float32) * loss_scale)(params)
    grads = jax.tree.map(lambda g: g / loss_scale, grads)
    finite = all(bool(jnp.isfinite(v).all()) for v in grads.values())
    if finite:
        tx = optax.sgd(lr)
        params = optax.apply_updates(params, tx.update(grads, tx.init(params))[0])
    return jnp.array([mse_forward(x, y, params=params), *AMP(loss_scale, good_steps, growth_interval).transition(finite)], jnp.float32)
