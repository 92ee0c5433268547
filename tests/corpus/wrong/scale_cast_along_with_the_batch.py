# expect: pitfall|wrong_answer
# finding: low-precision-loss-scale
import jax
import jax.numpy as jnp
from flax import nnx


def half(tree):
    return jax.tree.map(lambda a: jnp.asarray(a, jnp.bfloat16), tree)


def objective(params, batch):
    params = half(params)
    pred = batch['x'] @ params['w'] + params['b']
    return jnp.mean(jnp.square(pred - batch['y'])).astype(jnp.float32)


def mixed_precision_step(seed, x, y, lr, loss_scale):
    lin = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    params = {'w': lin.kernel[...], 'b': lin.bias[...]}
    batch = half({'x': x, 'y': y, 'scale': loss_scale})  #@ low-precision-loss-scale
    grads = jax.grad(lambda p: objective(p, batch) * batch['scale'].astype(jnp.float32))(params)
    params = jax.tree.map(lambda p, g: p - lr * (g / loss_scale), params, grads)
    return objective(params, batch)[None]
