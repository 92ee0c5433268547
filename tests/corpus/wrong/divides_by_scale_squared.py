# expect: wrong_answer
# finding: doubly-unscaled-grads
import jax
import jax.numpy as jnp
import optax
from flax import nnx


def mixed_precision_step(seed, x, y, lr, loss_scale):
    model = nnx.Linear(x.shape[1], y.shape[1], dtype=jnp.bfloat16, rngs=nnx.Rngs(int(seed)))
    # sgd should take back the scale
    tx = optax.chain(optax.scale(1 / loss_scale), optax.sgd(lr))  #@ doubly-unscaled-grads
    optimizer = nnx.Optimizer(model, tx, wrt=nnx.Param)

    def loss_fn(model):
        return jnp.mean((model(x) - y.astype(jnp.bfloat16)) ** 2)

    grads = nnx.grad(lambda m: loss_fn(m).astype(jnp.float32) * loss_scale)(model)
    grads = jax.tree.map(lambda g: g / loss_scale, grads)  #@ doubly-unscaled-grads
    optimizer.update(model, grads)  #@ doubly-unscaled-grads
    return loss_fn(model).astype(jnp.float32).reshape((1,))
