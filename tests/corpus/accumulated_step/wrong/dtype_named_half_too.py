# expect: pitfall|wrong_answer
# finding: wrong-half-dtype
import jax
import jax.numpy as jnp
import optax
from flax import nnx

ARGS = {
    "precision": "half",  #@ wrong-half-dtype
    "optimizer": "sgd",
}


def setup(args):
    return jnp.dtype(args["precision"]), getattr(optax, args["optimizer"])  #@ wrong-half-dtype


def accumulated_step(seed, x, y, lr, micro_batches):
    dt, make = setup(ARGS)
    model = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    gd, w = nnx.split(model, nnx.Param)
    tx = make(lr)

    def loss(w, a, b):
        w, a, b = optax.tree.cast((w, a, b), dt)
        return jnp.mean(jnp.square(nnx.merge(gd, w)(a) - b))

    gacc = optax.tree.zeros_like(w)
    for p in range(micro_batches):
        n = x.shape[0] // micro_batches
        g = jax.grad(loss)(w, x[p * n:p * n + n], y[p * n:p * n + n])
        gacc = optax.tree.add_scale(gacc, 1 / micro_batches, g)
    u, _ = tx.update(gacc, tx.init(w))
    w = optax.apply_updates(w, u)
    return loss(w, x, y).astype(jnp.float32)[None]
