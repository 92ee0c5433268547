# expect: pitfall|wrong_answer
# finding: stale-loss
import jax
import jax.numpy as jnp
import optax
from flax import nnx


def accumulated_step(seed, x, y, lr, micro_batches):
    model = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    optimizer = nnx.Optimizer(model, optax.sgd(lr), wrt=nnx.Param)
    logs = {}

    def loss_fn(m, xb, yb):
        gd, s = nnx.split(m, nnx.Param)
        s, xb, yb = jax.tree.map(lambda a: a.astype(jnp.bfloat16), (s, xb, yb))
        return jnp.mean(jnp.square(nnx.merge(gd, s)(xb) - yb))

    def train_step(data):
        xb, yb = data
        parts = zip(jnp.split(xb, micro_batches), jnp.split(yb, micro_batches))
        gradients = [nnx.grad(loss_fn)(model, *p) for p in parts]
        logs["loss"] = loss_fn(model, xb, yb)  #@ stale-loss
        mean = jax.tree.map(lambda *g: jnp.mean(jnp.stack(g), axis=0), *gradients)
        optimizer.update(model, mean)
        return {name: value.astype(jnp.float32) for name, value in logs.items()}

    return train_step((x, y))["loss"].reshape((1,))  #@ stale-loss
