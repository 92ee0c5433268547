# expect: pitfall|wrong_answer
# finding: summed-grads
import jax
import jax.numpy as jnp
import optax
from flax import nnx


def cast_all(*trees):
    return jax.tree.map(lambda t: t.astype(jnp.bfloat16), trees)


def accumulated_step(seed, x, y, lr, micro_batches):
    graphdef, params = nnx.split(nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed))), nnx.Param)

    def loss(params, x, y):
        params, x, y = cast_all(params, x, y)
        return jnp.mean(jnp.square(nnx.merge(graphdef, params)(x) - y))

    optimizer = optax.chain(optax.sgd(lr), optax.apply_every(micro_batches))  #@ summed-grads
    opt_state = optimizer.init(params)
    for xb, yb in zip(jnp.vsplit(x, micro_batches), jnp.vsplit(y, micro_batches)):
        grads = jax.grad(loss)(params, xb, yb)
        updates, opt_state = optimizer.update(grads, opt_state, params)  #@ summed-grads
        params = optax.apply_updates(params, updates)  #@ summed-grads
    return loss(params, x, y).astype(jnp.float32).reshape((1,))
