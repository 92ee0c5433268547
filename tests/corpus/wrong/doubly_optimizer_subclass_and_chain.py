# expect: pitfall|wrong_answer
# finding: doubly-unscaled-grads
import jax
import jax.numpy as jnp
import optax
from flax import nnx


class AmpOptimizer(nnx.Optimizer):
    def __init__(self, model, tx, scale):
        self.scale = scale
        super().__init__(model, tx, wrt=nnx.Param)

    def update(self, model, grads, /):
        inv = 1.0 / self.scale
        grads = jax.tree.map(lambda g: g.astype(jnp.float32) * inv, grads)  #@ doubly-unscaled-grads
        return super().update(model, grads)


def build_tx(lr, scale):
    return optax.chain(
        optax.scale(1 / scale),  #@ doubly-unscaled-grads
        optax.sgd(lr),
    )


def mixed_precision_step(seed, x, y, lr, loss_scale):
    model = nnx.Linear(x.shape[1], y.shape[1], dtype=jnp.bfloat16, rngs=nnx.Rngs(int(seed)))
    opt = AmpOptimizer(model, build_tx(lr, loss_scale), loss_scale)
    y = y.astype(jnp.bfloat16)

    def loss(m):
        return jnp.mean(jnp.square(m(x) - y)).astype(jnp.float32)

    opt.update(model, nnx.grad(lambda m: loss(m) * loss_scale)(model))
    return loss(model)[None]
