# expect: pitfall|wrong_answer
# finding: low-precision-unscale
# FP16_Optimizer of old apex: model_params (half) + master_params (float)
import jax
import jax.numpy as jnp
import optax
from flax import nnx


class FP16_Optimizer:
    def __init__(self, tx, master, scale):
        self.tx, self.master, self.loss_scale = tx, master, scale
        self.state = tx.init(master)

    def model_params(self):
        return jax.tree.map(lambda p: p.astype(jnp.bfloat16), self.master)

    def backward(self, closure):
        model_grads = jax.grad(lambda p: closure(p).astype(jnp.float32) * self.loss_scale)(self.model_params())
        return jax.tree.map(lambda g: g / self.loss_scale, model_grads)  #@ low-precision-unscale

    def step(self, model_grads):
        master_grads = jax.tree.map(lambda g: g.astype(jnp.float32), model_grads)
        updates, self.state = self.tx.update(master_grads, self.state, self.master)
        self.master = optax.apply_updates(self.master, updates)


def mixed_precision_step(seed, x, y, lr, loss_scale):
    gd, params = nnx.split(nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed))), nnx.Param)
    opt = FP16_Optimizer(optax.sgd(lr), params, loss_scale)
    x, y = x.astype(jnp.bfloat16), y.astype(jnp.bfloat16)

    def closure(p):
        return jnp.mean((nnx.merge(gd, p)(x) - y) ** 2)

    opt.step(opt.backward(closure))
    return closure(opt.model_params()).astype(jnp.float32).reshape(1)
