# expect: accepted
import jax
import jax.numpy as jnp
import optax
from flax import nnx


def make_accumulator(like):
    total = [jnp.zeros_like(leaf) for leaf in jax.tree.leaves(like)]
    treedef = jax.tree.structure(like)
    calls = 0

    def push(tree):
        nonlocal calls
        calls += 1
        for i, leaf in enumerate(jax.tree.leaves(tree)):
            total[i] = total[i] + leaf

    def pop():
        return jax.tree.unflatten(treedef, [t / calls for t in total])

    return push, pop


def make_loss(gdef):
    def loss(state, x, y):
        state = jax.tree.map(lambda a: a.astype(jnp.bfloat16), state)
        return jnp.mean((nnx.merge(gdef, state)(x) - y) ** 2)

    return loss


def accumulated_step(seed, x, y, lr, micro_batches):
    gdef, state = nnx.split(nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed))))
    loss = make_loss(gdef)
    push, pop = make_accumulator(state)
    x16, y16 = x.astype(jnp.bfloat16), y.astype(jnp.bfloat16)
    for xb, yb in zip(jnp.split(x16, micro_batches), jnp.split(y16, micro_batches)):
        push(jax.grad(loss)(state, xb, yb))
    up, _ = (tx := optax.sgd(lr)).update(pop(), tx.init(state))
    return loss(optax.apply_updates(state, up), x16, y16).astype(jnp.float32).ravel()
