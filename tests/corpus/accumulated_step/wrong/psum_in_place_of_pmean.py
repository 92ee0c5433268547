# expect: wrong_answer
# finding: summed-grads
import jax
import jax.numpy as jnp
import optax
from flax import nnx

AXIS = "micro"


def loss_fn(params, x, y):
    w, b = (p.astype(jnp.bfloat16) for p in params)
    return jnp.mean((x @ w + b - y) ** 2)


def grads_everywhere(params, x, y):
    return jax.lax.psum(jax.grad(loss_fn)(params, x, y), AXIS)  #@ summed-grads


def accumulated_step(seed, x, y, lr, micro_batches):
    lin = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    params = (lin.kernel[...], lin.bias[...])
    x, y = x.astype(jnp.bfloat16), y.astype(jnp.bfloat16)
    xs = jnp.stack(jnp.split(x, micro_batches))
    ys = jnp.stack(jnp.split(y, micro_batches))
    grads = jax.vmap(grads_everywhere, in_axes=(None, 0, 0), axis_name=AXIS)(params, xs, ys)
    grads = jax.tree.map(lambda g: g[0], grads)
    opt = optax.sgd(lr)
    updates, _ = opt.update(grads, opt.init(params))  #@ summed-grads
    params = optax.apply_updates(params, updates)
    return loss_fn(params, x, y).astype(jnp.float32).reshape(1)
