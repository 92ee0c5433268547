# expect: pitfall|wrong_answer
# finding: stale-loss|update-discarded
# finding: wrong-output-dtype
import jax
import jax.numpy as jnp
import optax
from flax import nnx


def accumulated_step(seed, x, y, lr, micro_batches):
    gd, old = nnx.split(nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed))))
    half = lambda t: optax.tree.cast(t, jnp.bfloat16)
    loss = lambda p, x, y: jnp.mean((nnx.merge(gd, half(p))(half(x)) - half(y)) ** 2)
    parts = list(zip(jnp.split(x, micro_batches), jnp.split(y, micro_batches)))
    mean = jax.tree.map(lambda *g: sum(g) / len(g), *[jax.grad(loss)(old, a, b) for a, b in parts])
    tx = optax.sgd(lr)
    updates, _ = tx.update(mean, tx.init(old))
    new = optax.apply_updates(old, updates)
    final = loss(old, x, y)  #@ stale-loss
    print(jax.tree.map(lambda n: n.dtype, new))
    return final.reshape(1)  #@ wrong-output-dtype
