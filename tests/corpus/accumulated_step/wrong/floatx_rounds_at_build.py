# expect: pitfall|wrong_answer
# finding: master-downcast
import jax
import jax.numpy as jnp
import optax
from flax import nnx


class Config:
    floatx = jnp.bfloat16
    lr = None
    parts = None


def build(cfg, din, dout, seed):
    layer = nnx.Linear(din, dout, rngs=nnx.Rngs(seed))
    weights = [v.astype(cfg.floatx) for v in (layer.kernel[...], layer.bias[...])]  #@ master-downcast
    return [v.astype(jnp.float32) for v in weights]


def call(cfg, weights, inputs):
    k, b = (v.astype(cfg.floatx) for v in weights)
    return inputs.astype(cfg.floatx) @ k + b


def mse(cfg, weights, xb, yb):
    return jnp.mean(jnp.square(call(cfg, weights, xb) - yb.astype(cfg.floatx)))


def accumulated_step(seed, x, y, lr, micro_batches):
    cfg = Config()
    cfg.lr, cfg.parts = lr, micro_batches
    weights = build(cfg, x.shape[1], y.shape[1], int(seed))
    sums = [jnp.zeros(w.shape, jnp.float32) for w in weights]
    for xb, yb in zip(jnp.split(x, cfg.parts), jnp.split(y, cfg.parts)):
        grads = jax.grad(mse, argnums=1)(cfg, weights, xb, yb)
        sums = [s + g for s, g in zip(sums, grads)]
    opt = optax.sgd(cfg.lr)
    deltas, _ = opt.update([s / cfg.parts for s in sums], opt.init(weights))
    weights = optax.apply_updates(weights, deltas)
    return jnp.reshape(mse(cfg, weights, x, y), (1,)).astype(jnp.float32)
