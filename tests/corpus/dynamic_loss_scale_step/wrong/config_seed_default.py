# expect: pitfall|wrong_answer
# finding: seed-ignored
from dataclasses import dataclass

import jax
import jax.numpy as jnp
from flax import nnx


@dataclass
class Config:
    lr: float
    loss_scale: float
    growth_interval: int
    seed: int = 0  #@ seed-ignored
    max_scale: float = 2.0**24
    min_scale: float = 1.0


@dataclass
class Carry:
    kernel: jax.Array
    bias: jax.Array
    good: int


def new_carry(cfg, d_in, d_out, good):
    lin = nnx.Linear(d_in, d_out, rngs=nnx.Rngs(cfg.seed))
    return Carry(lin.kernel[...], lin.bias[...], good)


def f16(*a):
    return [jnp.asarray(v, jnp.float16) for v in a]


def loss_fn(k, b, x, y):
    return jnp.mean(jnp.square(x @ k + b - y)).astype(jnp.float32)


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    cfg = Config(lr=lr, loss_scale=loss_scale, growth_interval=growth_interval)  #@ seed-ignored
    c = new_carry(cfg, x.shape[1], y.shape[1], good_steps)
    gk, gb = jax.grad(lambda *a: loss_fn(*a) * cfg.loss_scale, argnums=(0, 1))(*f16(c.kernel, c.bias, x, y))
    gk, gb = gk.astype(jnp.float32) / cfg.loss_scale, gb.astype(jnp.float32) / cfg.loss_scale
    if jnp.isfinite(gk).all() and jnp.isfinite(gb).all():
        c.kernel = c.kernel - cfg.lr * gk
        c.bias = c.bias - cfg.lr * gb
        c.good += 1
        if c.good == cfg.growth_interval:
            c.good = 0
            cfg.loss_scale = min(cfg.loss_scale * 2, cfg.max_scale)
    else:
        c.good = 0
        cfg.loss_scale = max(cfg.loss_scale / 2, cfg.min_scale)
    return jnp.array([loss_fn(*f16(c.kernel, c.bias, x, y)), cfg.loss_scale, c.good], jnp.float32)
