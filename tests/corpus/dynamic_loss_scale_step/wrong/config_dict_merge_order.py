# expect: pitfall|wrong_answer
# finding: seed-ignored
import jax
import jax.numpy as jnp
import optax
from flax import nnx

DEFAULTS = {'seed': 42, 'dtype': jnp.float16, 'min_scale': 1.0, 'max_scale': 2.0**24}


class Run:
    def __init__(self, **kwargs):
        self.cfg = {**kwargs, **DEFAULTS}  #@ seed-ignored

    def __getattr__(self, name):
        try:
            return self.__dict__['cfg'][name]
        except KeyError:
            raise AttributeError(name)

    def model(self):
        return nnx.Linear(self.shape[0], self.shape[1], rngs=nnx.Rngs(int(self.seed)))

    def cast(self, tree):
        return jax.tree.map(lambda a: jnp.asarray(a, self.dtype), tree)


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    run = Run(seed=seed, shape=(x.shape[1], y.shape[1]), lr=lr, scale=loss_scale, every=growth_interval)
    gd, p = nnx.split(run.model())
    a, b = run.cast((x, y))
    L = lambda p: jnp.mean((nnx.merge(gd, run.cast(p))(a) - b) ** 2).astype(jnp.float32)
    g = jax.tree.map(lambda t: t / run.scale, jax.grad(lambda p: L(p) * run.scale)(p))
    ok = all(bool(jnp.isfinite(t).all()) for t in jax.tree.leaves(g))
    if not ok:
        return jnp.array([L(p), max(run.scale / 2, run.min_scale), 0], jnp.float32)
    tx = optax.sgd(run.lr)
    p = optax.apply_updates(p, tx.update(g, tx.init(p))[0])
    if good_steps + 1 == run.every:
        return jnp.array([L(p), min(run.scale * 2, run.max_scale), 0], jnp.float32)
    return jnp.array([L(p), run.scale, good_steps + 1], jnp.float32)
