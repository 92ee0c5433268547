# expect: pitfall|wrong_answer
# finding: wrong-output-shape
import jax
import jax.numpy as jnp
from flax import nnx


def loss_array(params, x, y):
    w, b = (p.astype(jnp.bfloat16) for p in params)
    e = x.astype(jnp.bfloat16) @ w + b - y.astype(jnp.bfloat16)
    return jnp.mean(e * e, keepdims=True)  #@ wrong-output-shape


def loss_scalar(params, x, y):
    return loss_array(params, x, y).squeeze()


def accumulated_step(seed, x, y, lr, micro_batches):
    model = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    params = (model.kernel[...], model.bias[...])
    xs, ys = (jnp.stack(jnp.split(a, micro_batches)) for a in (x, y))
    grads = jax.vmap(jax.grad(loss_scalar), in_axes=(None, 0, 0))(params, xs, ys)
    params = jax.tree.map(lambda p, g: p - lr * jnp.mean(g, axis=0), params, grads)
    return loss_array(params, x, y).astype(jnp.float32)  #@ wrong-output-shape
