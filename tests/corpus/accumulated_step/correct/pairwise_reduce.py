# expect: accepted
import jax
import jax.numpy as jnp
import optax
from flax import nnx


def tree_add(a, b):
    return jax.tree.map(jnp.add, a, b)


def pairwise(trees):
    """((g0 + g1) + (g2 + g3)) + ..."""
    trees = list(trees)
    while len(trees) > 1:
        nxt = [tree_add(trees[i], trees[i + 1]) for i in range(0, len(trees) - 1, 2)]
        if len(trees) % 2:
            nxt.append(trees[-1])
        trees = nxt
    return trees[0]


def l2_norm(tree):
    return jnp.sqrt(sum(jnp.vdot(t, t) for t in jax.tree.leaves(tree)))


def cosine_schedule(base, step, steps):
    return 0.5 * base * (1 + jnp.cos(jnp.pi * step / steps))


def accumulated_step(seed, x, y, lr, micro_batches):
    model = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))

    def loss(model, a, t):
        w, b = model.kernel[...].astype(jnp.bfloat16), model.bias[...].astype(jnp.bfloat16)
        return ((a.astype(jnp.bfloat16) @ w + b - t.astype(jnp.bfloat16)) ** 2).mean()

    n = x.shape[0] // micro_batches
    grads = pairwise(nnx.grad(loss)(model, x[i:i + n], y[i:i + n]) for i in range(0, x.shape[0], n))
    state = nnx.state(model, nnx.Param)
    tx = optax.sgd(lr)
    updates, _ = tx.update(jax.tree.map(lambda g: g / micro_batches, grads), tx.init(state), state)
    nnx.update(model, optax.apply_updates(state, updates))
    return loss(model, x, y).astype(jnp.float32)[None]
