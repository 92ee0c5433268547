# expect: pitfall|wrong_answer
# finding: wrong-half-dtype
from functools import partial
import jax, jax.numpy as jnp
from jax.tree_util import tree_map
from flax import nnx

toBF16 = partial(tree_map, lambda a: a.astype(jnp.float16))  #@ wrong-half-dtype
toF32 = partial(tree_map, lambda a: a.astype(jnp.float32))

def loss(batch, theta):
    (w, b), (x, y) = toBF16((theta, batch))  #@ wrong-half-dtype
    return jnp.mean((x @ w + b - y) ** 2)

def mixed_precision_step(seed, x, y, lr, loss_scale):
    m = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    f = partial(loss, (x, y))
    theta = (m.kernel[...], m.bias[...])
    g = toF32(jax.grad(lambda t: toF32(f(t)) * loss_scale)(theta))
    theta_ = tree_map(lambda p, d: p - lr * (d / loss_scale), theta, g)
    return toF32(f(theta_)).reshape(1)
