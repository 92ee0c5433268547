# expect: accepted
import itertools
import jax
import jax.numpy as jnp
import optax
from flax import nnx


def halve(tree):
    def one(leaf):
        match leaf.dtype:
            case jnp.float32:
                return leaf.astype(jnp.bfloat16)
            case _:
                return leaf

    return jax.tree.map(one, tree)


def accumulated_step(seed, x, y, lr, micro_batches):
    gd, p = nnx.split(nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed))), nnx.Param)

    def objective(p, *xy):
        a, b = halve(xy)
        return ((e := nnx.merge(gd, halve(p))(a) - b) * e).mean()

    def stream():
        xi, yi = iter(x), iter(y)
        rows = len(x) // micro_batches
        while chunk := list(itertools.islice(xi, rows)):
            yield jnp.stack(chunk), jnp.stack(list(itertools.islice(yi, rows)))

    grads = (jax.grad(objective)(p, *xy) for xy in stream())
    *_, (n, total) = enumerate(itertools.accumulate(grads, optax.tree.add), start=1)
    match optax.sgd(lr):
        case optax.GradientTransformation(init=init, update=update):
            u, _ = update(jax.tree.map(lambda t: t / n, total), init(p))
    return objective(optax.apply_updates(p, u), x, y).astype(jnp.float32).reshape(1)
