# expect: pitfall|wrong_answer
# finding: update-per-micro-batch
import jax
import jax.numpy as jnp
import optax
from flax import nnx


def build_optimizer(lr, every=1):
    return optax.MultiSteps(optax.sgd(lr), every_k_schedule=every)


def cast(tree, dtype=jnp.bfloat16):
    return jax.tree.map(lambda a: a.astype(dtype), tree)


def accumulated_step(seed, x, y, lr, micro_batches):
    gd, params = nnx.split(nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed))))

    def loss(params, x, y):
        params, x, y = cast((params, x, y))
        return jnp.mean(jnp.square(nnx.merge(gd, params)(x) - y))

    tx = build_optimizer(lr)  #@ update-per-micro-batch
    opt_state = tx.init(params)
    xs = x.reshape(micro_batches, -1, x.shape[1])
    ys = y.reshape(micro_batches, -1, y.shape[1])
    for i in range(micro_batches):
        grads = jax.grad(loss)(params, xs[i], ys[i])
        updates, opt_state = tx.update(grads, opt_state, params)
        params = optax.apply_updates(params, updates)  #@ update-per-micro-batch
    return cast(loss(params, x, y), jnp.float32)[None]
