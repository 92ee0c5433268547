# expect: pitfall|wrong_answer
# finding: low-precision-update|low-precision-grads
import jax
import jax.numpy as jnp
import optax
from flax import nnx


def accumulated_step(seed, x, y, lr, micro_batches):
    gd, masters = nnx.split(nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed))), nnx.Param)
    working = optax.tree.cast(masters, jnp.bfloat16)
    data = optax.tree.cast((jnp.asarray(x), jnp.asarray(y)), jnp.bfloat16)

    def loss(c, data):
        return optax.squared_error(nnx.merge(gd, c)(data[0]), data[1]).mean()

    def accumulate(acc, part):
        return optax.tree.add(acc, optax.tree.cast_like(jax.grad(loss)(working, part), acc)), None

    folded = jax.tree.map(lambda a: a.reshape(micro_batches, -1, a.shape[-1]), data)
    total, _ = jax.lax.scan(accumulate, optax.tree.zeros_like(masters), folded)
    mean = optax.tree.scale(1 / micro_batches, total)
    tx = optax.sgd(lr)
    step = optax.tree.cast_like(tx.update(mean, tx.init(masters))[0], working)  #@ low-precision-grads, low-precision-update
    fresh = optax.apply_updates(masters, step)
    return loss(optax.tree.cast_like(fresh, working), data).astype(jnp.float32).reshape(1)
