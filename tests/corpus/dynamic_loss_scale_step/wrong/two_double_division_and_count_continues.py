# expect: wrong_answer
# finding: doubly-unscaled-grads
# finding: count-not-reset
import jax
import jax.numpy as jnp
import optax
from flax import nnx


class AmpOptimizer(nnx.Optimizer):
    """Unscales on its own."""

    def __init__(self, model, tx, scale):
        super().__init__(model, tx, wrt=nnx.Param)
        self.inverse = 1.0 / scale

    def update(self, model, grads):
        super().update(model, jax.tree.map(lambda g: g * self.inverse, grads))  #@ doubly-unscaled-grads


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    model = nnx.Linear(x.shape[1], y.shape[1], dtype=jnp.float16, rngs=nnx.Rngs(int(seed)))
    opt = AmpOptimizer(model, optax.sgd(lr), loss_scale)

    def loss_fn(m):
        return jnp.mean((m(x) - y.astype(jnp.float16)) ** 2).astype(jnp.float32)

    g = nnx.grad(lambda m: loss_fn(m) * loss_scale)(model)
    g = jax.tree.map(lambda a: a / loss_scale, g)  #@ doubly-unscaled-grads
    if bool(jnp.isfinite(optax.global_norm(g))):
        opt.update(model, g)  #@ doubly-unscaled-grads
        good_steps += 1
        if good_steps == growth_interval:
            loss_scale, good_steps = min(loss_scale * 2, 2.0**24), 0
    else:
        loss_scale = max(loss_scale / 2, 1.0)  #@ count-not-reset
    return jnp.array([loss_fn(model), loss_scale, good_steps], dtype=jnp.float32)  #@ count-not-reset
