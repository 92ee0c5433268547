# expect: wrong_answer
# finding: low-precision-unscale|low-precision-grads
import jax, jax.numpy as jnp, numpy as np, optax
from flax import nnx
import ml_dtypes

def half(model):
    g, p = nnx.split(model, nnx.Param)
    return nnx.merge(g, jax.tree.map(lambda a: a.astype(jnp.bfloat16), p))

def mse(model, x, y):
    return jnp.mean((half(model)(x.astype(jnp.bfloat16)) - y.astype(jnp.bfloat16)) ** 2)

def mixed_precision_step(seed, x, y, lr, loss_scale):
    model = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    grads = nnx.grad(lambda m: mse(m, x, y).astype(jnp.float32) * loss_scale)(model)
    buffers = [np.array(g, dtype=ml_dtypes.bfloat16) for g in jax.tree.leaves(grads)]  #@ low-precision-grads
    buffers = [b / ml_dtypes.bfloat16(loss_scale) for b in buffers]  #@ low-precision-unscale, low-precision-grads
    tree = jax.tree.unflatten(jax.tree.structure(grads), [jnp.asarray(b) for b in buffers])
    params = nnx.state(model, nnx.Param)
    new = jax.tree.map(lambda p, g: p - lr * g.astype(jnp.float32), params, tree)
    nnx.update(model, new)
    return mse(model, x, y).astype(jnp.float32).reshape(1)
