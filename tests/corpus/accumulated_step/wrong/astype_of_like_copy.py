# expect: pitfall|wrong_answer
# finding: wrong-output-dtype
import jax
import jax.numpy as jnp
import optax
from flax import nnx


def accumulated_step(seed, x, y, lr, micro_batches):
    gd, masters = nnx.split(nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed))))
    copy_of = lambda tree: optax.tree.cast(tree, jnp.bfloat16)

    def loss(masters, x, y):
        return jnp.mean(jnp.square(nnx.merge(gd, copy_of(masters))(copy_of(x)) - copy_of(y)))

    def body(carry, xy):
        return optax.tree.add(carry, jax.grad(loss)(masters, *xy)), ()

    carry, _ = jax.lax.scan(body, optax.tree.zeros_like(masters),
                            tuple(a.reshape(micro_batches, -1, a.shape[1]) for a in (x, y)))
    masters = optax.tree.add_scale(masters, -lr / micro_batches, carry)
    result = loss(masters, x, y).astype(jnp.float32)
    return jnp.full_like(copy_of(x)[0, :1], result)  #@ wrong-output-dtype
