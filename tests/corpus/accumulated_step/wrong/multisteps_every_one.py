# expect: pitfall|wrong_answer
# finding: update-per-micro-batch
import jax
import jax.numpy as jnp
import optax
from flax import nnx


def schedule(gradient_step, k=1):  #@ update-per-micro-batch
    return k


def accumulated_step(seed, x, y, lr, micro_batches):
    net = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    gd, theta = nnx.split(net, nnx.Param)
    cast = lambda t: jax.tree.map(lambda v: v.astype(jnp.bfloat16), t)

    def J(theta, a, b):
        return jnp.mean((nnx.merge(gd, cast(theta))(cast(a)) - cast(b)) ** 2)

    inner = optax.chain(optax.scale(1 / micro_batches), optax.sgd(lr))        # MultiSteps sums, this divides
    tx = optax.MultiSteps(inner, every_k_schedule=schedule, use_grad_mean=False)  #@ update-per-micro-batch
    opt_state = tx.init(theta)
    for a, b in zip(jnp.split(jnp.asarray(x), micro_batches), jnp.split(jnp.asarray(y), micro_batches)):
        delta, opt_state = tx.update(jax.grad(J)(theta, a, b), opt_state, theta)
        theta = optax.apply_updates(theta, delta)
    return J(theta, jnp.asarray(x), jnp.asarray(y)).astype(jnp.float32).reshape(1)
