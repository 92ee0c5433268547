# expect: pitfall|wrong_answer
# finding: seed-ignored
from dataclasses import dataclass

import jax
import jax.numpy as jnp
import optax
from flax import nnx


@dataclass
class TrainConfig:
    d_in: int
    d_out: int
    lr: float
    parts: int
    seed: int = 0


def init(cfg):
    return nnx.split(nnx.Linear(cfg.d_in, cfg.d_out, rngs=nnx.Rngs(cfg.seed)), nnx.Param)


def run(cfg, x, y):
    graphdef, params = init(cfg)

    def loss(p, batch):
        p, (xb, yb) = jax.tree.map(lambda a: a.astype(jnp.bfloat16), (p, batch))
        return jnp.mean((nnx.merge(graphdef, p)(xb) - yb) ** 2)

    def body(total, batch):
        g = jax.grad(loss)(params, batch)
        return jax.tree.map(jnp.add, total, g), None

    cut = lambda a: a.reshape(cfg.parts, -1, a.shape[-1])
    total, _ = jax.lax.scan(body, jax.tree.map(jnp.zeros_like, params), (cut(x), cut(y)))
    tx = optax.sgd(cfg.lr)
    upd, _ = tx.update(jax.tree.map(lambda t: t / cfg.parts, total), tx.init(params))
    return loss(optax.apply_updates(params, upd), (x, y))


def accumulated_step(seed, x, y, lr, micro_batches):
    seed = int(seed)
    cfg = TrainConfig(d_in=x.shape[1], d_out=y.shape[1], lr=lr, parts=micro_batches)  #@ seed-ignored
    return run(cfg, jnp.asarray(x), jnp.asarray(y)).astype(jnp.float32).reshape(1)
