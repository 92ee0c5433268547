# expect: pitfall|wrong_answer
# finding: update-discarded
import jax
import jax.numpy as jnp
import optax
from flax import nnx


class Trainer:
    def __init__(self, model, tx):
        self.model = nnx.clone(model)  #@ update-discarded
        self.optimizer = nnx.Optimizer(self.model, tx, wrt=nnx.Param)

    def train_on_batch(self, criterion, factor):
        grads = nnx.grad(lambda m: criterion(m) * factor)(self.model)
        grads = jax.tree.map(lambda g: g / factor, grads)
        leaves = jax.tree.leaves(grads)
        if sum(bool(jnp.isfinite(l).all()) for l in leaves) < len(leaves):
            return 'overflow'
        self.optimizer.update(self.model, grads)
        return 'ok'


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    model = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)), dtype=jnp.float16)
    xh, yh = jnp.asarray(x, jnp.float16), jnp.asarray(y, jnp.float16)

    def criterion(m):
        return jnp.square(m(xh) - yh).mean().astype(jnp.float32)

    status = Trainer(model, optax.sgd(lr)).train_on_batch(criterion, jnp.float32(loss_scale))
    if status == 'ok' and good_steps + 1 == growth_interval:
        status = 'grow'
    scale, count = {'ok': (loss_scale, good_steps + 1),
                    'grow': (min(loss_scale * 2, 2.0**24), 0),
                    'overflow': (max(loss_scale / 2, 1.0), 0)}[status]
    return jnp.array([criterion(model), scale, count], jnp.float32)  #@ update-discarded
