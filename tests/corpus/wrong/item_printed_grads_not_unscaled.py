# expect: wrong_answer
# finding: unscaled-grads
import jax
import jax.numpy as jnp
import numpy as np
import optax
from flax import nnx


def summarize(tree):
    for leaf in jax.tree.leaves(tree):
        values = np.asarray(leaf)
        print(values.dtype, values.shape, float(np.abs(values).max()))


def mixed_precision_step(seed, x, y, lr, loss_scale):
    model = nnx.Linear(x.shape[1], y.shape[1], dtype=jnp.bfloat16, rngs=nnx.Rngs(int(seed)))
    opt = nnx.Optimizer(model, optax.sgd(lr), wrt=nnx.Param)

    def loss_fn(model):
        return jnp.mean((model(x) - y.astype(jnp.bfloat16)) ** 2)

    grads = nnx.grad(lambda m: loss_fn(m).astype(jnp.float32) * loss_scale)(model)
    true_grads = jax.tree.map(lambda g: g / loss_scale, grads)
    summarize(true_grads)
    opt.update(model, grads)  #@ unscaled-grads
    print("loss", loss_fn(model).item())
    return loss_fn(model).astype(jnp.float32).reshape((1,))
