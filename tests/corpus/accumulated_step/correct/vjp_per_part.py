# expect: accepted
import jax
import jax.numpy as jnp
from flax import nnx

H = jnp.bfloat16


def predict(params, x):
    return x @ params[0].astype(H) + params[1].astype(H)


def loss(params, x, y):
    e = predict(params, x) - y
    sq = e * e
    assert sq.dtype == H
    return sq.mean()


def add_pairs(trees):
    while len(trees) > 1:
        nxt = []
        for i in range(0, len(trees) - 1, 2):
            nxt.append(jax.tree.map(jnp.add, trees[i], trees[i + 1]))
        if len(trees) % 2:
            nxt.append(trees[-1])
        trees = nxt
    return trees[0]


def accumulated_step(seed, x, y, lr, micro_batches):
    model = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    params = (model.kernel[...], model.bias[...])
    x, y = jnp.asarray(x, H), jnp.asarray(y, H)
    grads = []
    for xb, yb in zip(jnp.split(x, micro_batches), jnp.split(y, micro_batches)):
        _, pullback = jax.vjp(lambda p: loss(p, xb, yb), params)
        (g,) = pullback(jnp.ones((), H))
        grads.append(g)
    total = add_pairs(grads)
    params = jax.tree.map(lambda p, t: p - (lr / micro_batches) * t, params, total)
    return loss(params, x, y).astype(jnp.float32).reshape(1,)
