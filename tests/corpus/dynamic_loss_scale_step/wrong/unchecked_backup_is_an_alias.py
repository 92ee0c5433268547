# expect: pitfall|wrong_answer
# finding: unchecked-overflow
import jax
import jax.numpy as jnp
import optax
from flax import nnx


class Checkpoint:
    """Sauvegarde en mémoire, comme model.state_dict() chez PyTorch."""

    def __init__(self, model):
        self.model = model
        self.saved = nnx.state(model)  #@ unchecked-overflow

    def rollback(self):
        nnx.update(self.model, self.saved)


def perte(model, x, y):
    k, b = (v[...].astype(jnp.float16) for v in (model.kernel, model.bias))
    return jnp.mean((jnp.dot(x, k) + b - y) ** 2)


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    x, y = jnp.asarray(x, jnp.float16), jnp.asarray(y, jnp.float16)
    model = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    opt = nnx.Optimizer(model, optax.sgd(lr), wrt=nnx.Param)
    point = Checkpoint(model)
    g = nnx.grad(lambda m: perte(m, x, y).astype(jnp.float32) * loss_scale)(model)
    g = jax.tree.map(lambda t: t.astype(jnp.float32) / loss_scale, g)
    fini = all(bool(jnp.isfinite(t).all()) for t in jax.tree.leaves(g))
    opt.update(model, g)
    if fini:
        good_steps = good_steps + 1
        if good_steps == growth_interval:
            good_steps = 0
            loss_scale = min(2 * loss_scale, 2.0**24)
    else:
        # on annule le pas
        point.rollback()
        good_steps = 0
        loss_scale = max(loss_scale / 2, 1.0)
    return jnp.array([perte(model, x, y).astype(jnp.float32), loss_scale, good_steps], dtype=jnp.float32)
