# expect: wrong_answer
# finding: doubly-unscaled-grads
import jax
import jax.numpy as jnp
import optax
from flax import nnx


def divide(tree, by):
    return jax.tree.map(lambda leaf: leaf / by, tree)


def mixed_precision_step(seed, x, y, lr, loss_scale):
    lin = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    params = {"kernel": lin.kernel[...], "bias": lin.bias[...]}
    tx = optax.sgd(lr)

    def loss(params):
        half = jax.tree.map(lambda p: p.astype(jnp.bfloat16), params)
        pred = x.astype(jnp.bfloat16) @ half["kernel"] + half["bias"]
        return jnp.mean((pred - y.astype(jnp.bfloat16)) ** 2).astype(jnp.float32)

    grads = divide(jax.grad(lambda p: loss(p) * loss_scale)(params), loss_scale)  #@ doubly-unscaled-grads
    updates, _ = tx.update(grads, tx.init(params), params)
    updates = divide(updates, loss_scale)  #@ doubly-unscaled-grads
    params = optax.apply_updates(params, updates)
    return loss(params).reshape((1,))
