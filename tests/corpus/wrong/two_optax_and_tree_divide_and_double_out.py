# expect: wrong_answer
# finding: doubly-unscaled-grads
# finding: wrong-output-dtype
# noline: wrong-output-dtype
import jax
import jax.numpy as jnp
import numpy as np
import optax
from flax import nnx


def build(seed, din, dout, lr, scale):
    gdef, params = nnx.split(nnx.Linear(din, dout, rngs=nnx.Rngs(int(seed))), nnx.Param)
    unscaler = optax.stateless(lambda u, p: optax.tree.scale(1 / scale, u))  #@ doubly-unscaled-grads
    return gdef, params, optax.chain(unscaler, optax.sgd(lr))


def mixed_precision_step(seed, x, y, lr, loss_scale):
    gdef, params, tx = build(seed, x.shape[-1], y.shape[-1], lr, loss_scale)

    def mse(p):
        half = nnx.merge(gdef, optax.tree.cast(p, jnp.bfloat16))
        return jnp.mean((half(x.astype(jnp.bfloat16)) - y.astype(jnp.bfloat16)) ** 2).astype(jnp.float32)

    grads = jax.grad(lambda p: mse(p) * loss_scale)(params)
    grads = jax.tree.map(lambda g: g / loss_scale, grads)  #@ doubly-unscaled-grads
    updates, _ = tx.update(grads, tx.init(params), params)  #@ doubly-unscaled-grads
    params = optax.apply_updates(params, updates)
    return np.array([np.float64(mse(params))])  #@ wrong-output-dtype
