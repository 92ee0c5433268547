# expect: pitfall|wrong_answer
# finding: lr-ignored
import jax, jax.numpy as jnp, optax
from flax import nnx

OPTIMIZERS = {"sgd": lambda **kw: optax.sgd(kw.get("learning_rate", 0.01)), "adam": lambda **kw: optax.adam(1e-3)}  #@ lr-ignored


class Config:
    optimizer = "sgd"
    compute = jnp.float16

    def __init__(self, **kw):
        for k, v in kw.items():
            setattr(self, k, v)

    def optimizer_kwargs(self):
        return {k: v for k, v in vars(self).items() if k in ("learning_rate", "momentum")}


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    cfg = Config(lr=lr, seed=int(seed))  #@ lr-ignored
    tx = OPTIMIZERS[cfg.optimizer](**cfg.optimizer_kwargs())  #@ lr-ignored
    p = nnx.to_pure_dict(nnx.state(nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(cfg.seed))))
    st = tx.init(p)
    c = lambda a: jnp.asarray(a).astype(cfg.compute)

    def mse(p):
        return jnp.mean((c(x) @ c(p["kernel"]) + c(p["bias"]) - c(y)) ** 2)

    g = jax.grad(lambda p: mse(p).astype(jnp.float32) * loss_scale)(p)
    g = jax.tree.map(lambda t: t.astype(jnp.float32) / loss_scale, g)
    if not all(bool(jnp.isfinite(t).all()) for t in jax.tree.leaves(g)):
        s, n = max(loss_scale / 2, 1.0), 0
    else:
        u, st = tx.update(g, st, p)
        p = optax.apply_updates(p, u)
        print("step with lr", cfg.lr)
        s, n = loss_scale, good_steps + 1
        if n == growth_interval:
            s, n = min(s * 2, 2.0**24), 0
    return jnp.array([mse(p).astype(jnp.float32), s, n], jnp.float32)
