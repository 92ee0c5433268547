# expect: accepted
import jax
import jax.numpy as jnp
import optax
from flax import nnx


def half_model(model):
    gdef, st = nnx.split(model, nnx.Param)
    return nnx.merge(gdef, jax.tree.map(lambda p: p.astype(jnp.bfloat16), st))


def loss_fn(model, xb, yb):
    return ((half_model(model)(xb) - yb) ** 2).mean()


def accumulated_step(seed, x, y, lr, micro_batches):
    model = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    opt = nnx.Optimizer(model, optax.sgd(lr), wrt=nnx.Param)
    x = x.astype(jnp.bfloat16)
    y = y.astype(jnp.bfloat16)

    all_grads = []
    for xb, yb in zip(jnp.split(x, micro_batches), jnp.split(y, micro_batches)):
        loss, grads = nnx.value_and_grad(loss_fn)(model, xb, yb)
        # print("part loss", loss)
        all_grads.append(grads)

    mean_grads = jax.tree.map(lambda *gs: jnp.mean(jnp.stack(gs), axis=0), *all_grads)
    opt.update(model, mean_grads)
    return loss_fn(model, x, y).astype(jnp.float32)[None]
