# expect: pitfall|wrong_answer
# finding: summed-grads
import functools
import jax
import jax.numpy as jnp
import optax
from flax import nnx

OPTIONS = dict(
    use_grad_mean=False,  #@ summed-grads
)


@functools.partial(jax.jit, static_argnums=0)
def loss(gd, params, batch):
    p, (x, y) = jax.tree.map(lambda a: a.astype(jnp.bfloat16), (params, batch))
    return jnp.mean(jnp.square(nnx.merge(gd, p)(x) - y))


def accumulated_step(seed, x, y, lr, micro_batches):
    gd, p = nnx.split(nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed))))
    tx = optax.MultiSteps(optax.sgd(lr), micro_batches, **OPTIONS)
    shards = jax.tree.map(lambda a: a.reshape(micro_batches, -1, a.shape[1]), (x, y))

    def one(carry, shard):
        p, s = carry
        u, s = tx.update(jax.grad(loss, argnums=1)(gd, p, shard), s, p)
        return (optax.apply_updates(p, u), s), None

    (p, _), _ = jax.lax.scan(one, (p, tx.init(p)), shards)
    return loss(gd, p, (x, y)).astype(jnp.float32)[None]
