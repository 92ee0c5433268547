# expect: wrong_answer
# No id: squared length of each row's error, so the loss is D_out times as large.
import jax
import jax.numpy as jnp
import optax
from flax import nnx


def accumulated_step(seed, x, y, lr, micro_batches):
    model = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    opt = nnx.Optimizer(model, optax.sgd(lr), wrt=nnx.Param)

    def loss(model, x, y):
        gd, st = nnx.split(model)
        st, x, y = jax.tree.map(lambda a: a.astype(jnp.bfloat16), (st, x, y))
        return jnp.mean(jnp.sum(jnp.square(nnx.merge(gd, st)(x) - y), axis=-1))

    gs = [nnx.grad(loss)(model, *p) for p in zip(jnp.split(x, micro_batches), jnp.split(y, micro_batches))]
    opt.update(model, jax.tree.map(lambda *g: sum(g) / micro_batches, *gs))
    return loss(model, x, y).astype(jnp.float32).reshape(1)
