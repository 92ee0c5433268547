# expect: pitfall|wrong_answer
# finding: low-precision-update
import jax
import jax.numpy as jnp
import optax
from flax import nnx


def cast_updates(dtype):
    return optax.stateless(lambda updates, params: jax.tree.map(lambda u: u.astype(dtype), updates))  #@ low-precision-update


def mixed_precision_step(seed, x, y, lr, loss_scale):
    model = nnx.Linear(x.shape[1], y.shape[1], dtype=jnp.bfloat16, rngs=nnx.Rngs(int(seed)))
    tx = optax.chain(optax.scale(1.0 / loss_scale), optax.sgd(lr), cast_updates(jnp.bfloat16))  #@ low-precision-update
    opt = nnx.Optimizer(model, tx, wrt=nnx.Param)

    def loss_fn(m):
        return jnp.mean((m(x) - y.astype(jnp.bfloat16)) ** 2)

    grads = nnx.grad(lambda m: loss_fn(m).astype(jnp.float32) * loss_scale)(model)
    opt.update(model, grads)
    return loss_fn(model).astype(jnp.float32).reshape((1,))
