# expect: accepted
import jax, jax.numpy as jnp, optax
from flax import nnx

def mixed_precision_step(seed, x, y, lr, loss_scale):
    m = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    # SGD is linear in the gradient: the division may as well sit in the step size
    tx = optax.inject_hyperparams(optax.sgd)(learning_rate=lr / loss_scale)
    o = nnx.Optimizer(m, tx, wrt=nnx.Param)
    def half(mm):
        g, s = nnx.split(mm, nnx.Param); return nnx.merge(g, jax.tree.map(lambda t: t.astype(jnp.bfloat16), s))
    def L(mm): r = half(mm)(x.astype(jnp.bfloat16)) - y.astype(jnp.bfloat16); return (r * r).mean()
    G = nnx.grad(lambda mm: L(mm).astype(jnp.float32) * loss_scale)(m)
    o.update(m, G)
    return L(m).astype(jnp.float32).reshape(1,)
