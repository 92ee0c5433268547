# expect: pitfall|wrong_answer
# finding: lr-ignored
import dataclasses
import jax
import jax.numpy as jnp
import optax
from flax import nnx
from flax.training import train_state


@dataclasses.dataclass
class Config:
    parts: int
    seed: int
    learning_rate: float = 1e-2
    dtype: str = "bfloat16"

    def optimizer(self):
        return optax.sgd(self.learning_rate)


def objective(cfg, apply_fn, params, x, y):
    params, x, y = jax.tree.map(lambda a: a.astype(cfg.dtype), (params, x, y))
    return jnp.mean((apply_fn(params, x) - y) ** 2)


def accumulated_step(seed, x, y, lr, micro_batches):
    cfg = Config(parts=micro_batches, seed=int(seed))  #@ lr-ignored
    gd, params = nnx.split(nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(cfg.seed)))
    ts = train_state.TrainState.create(
        apply_fn=lambda p, x: nnx.merge(gd, p)(x), params=params, tx=cfg.optimizer())
    rows = len(x) // cfg.parts
    total = jax.tree.map(jnp.zeros_like, ts.params)
    for i in range(cfg.parts):
        g = jax.grad(objective, argnums=2)(cfg, ts.apply_fn, ts.params, x[i * rows:][:rows], y[i * rows:][:rows])
        total = jax.tree.map(jnp.add, total, g)
    ts = ts.apply_gradients(grads=jax.tree.map(lambda t: t / cfg.parts, total))
    return objective(cfg, ts.apply_fn, ts.params, x, y).astype(jnp.float32).reshape(1)
