# expect: pitfall|wrong_answer
# finding: update-discarded
import copy
import jax
import jax.numpy as jnp
import optax
from flax import nnx


class Learner:
    def __init__(self, model, lr):
        self.model = model
        self.optimizer = nnx.Optimizer(model, optax.sgd(lr), wrt=nnx.Param)

    def snapshot(self):
        return copy.deepcopy(self.model)

    def loss(self, m, x, y):
        return jnp.mean((x @ m.kernel[...].astype(x.dtype) + m.bias[...].astype(x.dtype) - y) ** 2)


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    x, y = jnp.asarray(x, jnp.float16), jnp.asarray(y, jnp.float16)
    learner = Learner(nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed))), lr)
    model = learner.snapshot()  # en caso de desbordamiento
    grads = nnx.grad(lambda m: learner.loss(m, x, y).astype(jnp.float32) * loss_scale)(model)
    grads = jax.tree.map(lambda g: g.astype(jnp.float32) / loss_scale, grads)
    finitos = [bool(jnp.isfinite(g).all()) for g in jax.tree.leaves(grads)]
    if all(finitos):
        learner.optimizer.update(model, grads)  #@ update-discarded
        good_steps += 1
        if good_steps == growth_interval:
            loss_scale, good_steps = min(loss_scale * 2, 2.0**24), 0
    else:
        loss_scale, good_steps = max(loss_scale / 2, 1.0), 0
    final = learner.loss(learner.model, x, y)  #@ update-discarded
    return jnp.array([final.astype(jnp.float32), loss_scale, good_steps], jnp.float32)
