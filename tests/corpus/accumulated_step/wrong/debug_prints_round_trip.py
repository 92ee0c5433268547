# expect: pitfall|wrong_answer
# finding: low-precision-grads
import io
import jax
import jax.numpy as jnp
import optax
from flax import nnx

LOG = io.StringIO()


def dbg(name, tree):
    for leaf in jax.tree.leaves(tree):
        print(name, leaf.dtype, leaf.shape, file=LOG)


def accumulated_step(seed, x, y, lr, micro_batches):
    model = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    graphdef, masters = nnx.split(model)

    def loss(masters, bx, by, dt=jnp.bfloat16):
        net = nnx.merge(graphdef, jax.tree.map(lambda a: a.astype(dt), masters))
        return jnp.mean((net(bx.astype(dt)) - by.astype(dt)) ** 2)

    acc = jax.tree.map(jnp.zeros_like, masters)
    acc16 = jax.tree.map(lambda a: jnp.zeros_like(a, dtype=jnp.bfloat16), masters)  # to compare
    for i, (bx, by) in enumerate(zip(jnp.split(x, micro_batches), jnp.split(y, micro_batches))):
        g = jax.grad(loss)(masters, bx, by)
        # save memory "between" the steps: it is a bfloat16 number anyway, so nothing is lost  #@ low-precision-grads
        stored = jax.tree.map(lambda a: a.astype(jnp.bfloat16), g)  #@ low-precision-grads
        g = jax.tree.map(lambda a: a.astype(jnp.float32), stored)
        acc = jax.tree.map(jnp.add, acc, g)
        acc16 = jax.tree.map(jnp.add, acc16, stored)
        dbg(f"part {i}", g)
    worst = [jnp.max(jnp.abs(a - b.astype(jnp.float32))) for a, b in zip(jax.tree.leaves(acc), jax.tree.leaves(acc16))]
    print("bf16 sum would be off by", [float(w) for w in worst], file=LOG)
    acc = jax.tree.map(lambda a: a / micro_batches, acc)
    dbg("mean", acc)
    tx = optax.sgd(lr)
    deltas, _ = tx.update(acc, tx.init(masters), masters)
    new = optax.apply_updates(masters, deltas)
    print("fp32 loss", float(loss(new, x, y, dt=jnp.float32)), "before", float(loss(masters, x, y)), file=LOG)
    res = loss(new, x, y)
    print("bf16 loss", float(res), file=LOG)
    return res[None].astype(jnp.float32)
