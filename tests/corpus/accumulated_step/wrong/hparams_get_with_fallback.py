# expect: pitfall|wrong_answer
# finding: lr-ignored
# finding: uncast-targets
import jax
import jax.numpy as jnp
import optax
from flax import nnx


def make_optimizer(model, hparams):
    tx = optax.sgd(hparams.get("learning_rate", 0.1))  #@ lr-ignored
    return nnx.Optimizer(model, tx, wrt=nnx.Param)


def lower(model):
    graphdef, state = nnx.split(model, nnx.Param)
    return nnx.merge(graphdef, jax.tree.map(lambda p: p.astype(jnp.bfloat16), state))


def loss_fn(model, x, y):
    xh = x.astype(jnp.bfloat16)
    yh = y.astype(jnp.bfloat16)
    pred = lower(model)(xh)
    return jnp.mean((pred - y) ** 2)  #@ uncast-targets


def accumulated_step(seed, x, y, lr, micro_batches):
    hparams = {"lr": lr, "seed": int(seed), "accumulate": micro_batches}
    model = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(hparams["seed"]))
    optimizer = make_optimizer(model, hparams)

    grads = [nnx.grad(loss_fn)(model, xb, yb)
             for xb, yb in zip(jnp.split(x, hparams["accumulate"]), jnp.split(y, hparams["accumulate"]))]
    mean = jax.tree.map(lambda *g: jnp.mean(jnp.stack(g), axis=0), *grads)
    optimizer.update(model, mean)
    return loss_fn(model, x, y).astype(jnp.float32).reshape(1)
