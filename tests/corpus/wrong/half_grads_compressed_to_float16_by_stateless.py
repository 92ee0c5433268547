# expect: pitfall|wrong_answer
# finding: wrong-half-dtype
import jax
import jax.numpy as jnp
import optax
from flax import nnx


def compress(dtype=jnp.float16):  #@ wrong-half-dtype
    @optax.stateless
    def go(updates, params):
        return jax.tree.map(lambda u: u.astype(dtype).astype(u.dtype), updates)  #@ wrong-half-dtype
    return go


def mixed_precision_step(seed, x, y, lr, loss_scale):
    model = nnx.Linear(x.shape[1], y.shape[1], dtype=jnp.bfloat16, rngs=nnx.Rngs(int(seed)))
    steps = [optax.scale(1.0 / loss_scale), compress(), optax.sgd(lr)]
    opt = nnx.ModelAndOptimizer(model, optax.chain(*steps), wrt=nnx.Param)
    y16 = y.astype(jnp.bfloat16)

    def f(m):
        return ((m(x) - y16) ** 2).mean().astype(jnp.float32)

    opt.update(nnx.grad(lambda m: loss_scale * f(m))(opt.model))
    return f(opt.model)[None]
