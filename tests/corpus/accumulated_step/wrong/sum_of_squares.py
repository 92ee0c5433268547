# expect: wrong_answer
import jax
import jax.numpy as jnp
import optax
from flax import nnx


def residuals(model, xb, yb):
    w, b = model.kernel[...].astype(jnp.bfloat16), model.bias[...].astype(jnp.bfloat16)
    return xb.astype(jnp.bfloat16) @ w + b - yb.astype(jnp.bfloat16)


def rss(model, xb, yb):
    return jnp.sum(residuals(model, xb, yb) ** 2)


def accumulated_step(seed, x, y, lr, micro_batches):
    model = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    optimizer = nnx.Optimizer(model, optax.sgd(lr), wrt=nnx.Param)
    parts = list(zip(jnp.split(x, micro_batches), jnp.split(y, micro_batches)))
    grads = [nnx.grad(rss)(model, xb, yb) for xb, yb in parts]
    mean = jax.tree.map(lambda *g: sum(g) / micro_batches, *grads)
    optimizer.update(model, mean)
    mse = jnp.mean(residuals(model, x, y) ** 2)
    return mse.astype(jnp.float32).reshape(1)
