# expect: wrong_answer
import jax, jax.numpy as jnp, optax
from flax import nnx

# J = 1/(2m) * sum (h - y)^2, as in Andrew Ng's course
def J(model, x, y):
    h = model(x)
    return 0.5 * jnp.mean(jnp.square(h - y.astype(h.dtype)))

def mixed_precision_step(seed, x, y, lr, loss_scale):
    model = nnx.Linear(x.shape[1], y.shape[1], dtype=jnp.bfloat16, rngs=nnx.Rngs(int(seed)))
    opt = nnx.Optimizer(model, optax.sgd(lr), wrt=nnx.Param)
    g = nnx.grad(lambda m: J(m, x, y).astype(jnp.float32) * loss_scale)(model)
    opt.update(model, jax.tree.map(lambda t: t / loss_scale, g))
    return J(model, x, y).astype(jnp.float32).reshape(1)
