# expect: pitfall|wrong_answer
# finding: uncast-targets
# finding: full-precision-final-loss
import jax
import jax.numpy as jnp
import optax
from flax import nnx


def mixed_precision_step(seed, x, y, lr, loss_scale):
    model = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    opt = nnx.Optimizer(model, optax.sgd(lr), wrt=nnx.Param)

    @nnx.jit
    def train(model, opt):
        def f(model):
            gd, st = nnx.split(model)
            half = nnx.merge(gd, jax.tree.map(lambda p: p.astype(jnp.bfloat16), st))
            residual = half(x.astype(jnp.bfloat16)) - y  #@ uncast-targets
            return jnp.mean(residual**2) * loss_scale

        opt.update(model, jax.tree.map(lambda g: g / loss_scale, nnx.grad(f)(model)))

    train(model, opt)
    pred = model(x.astype(jnp.bfloat16))  #@ full-precision-final-loss
    return jnp.mean((pred - y.astype(jnp.bfloat16)) ** 2).reshape((1,))  #@ full-precision-final-loss
