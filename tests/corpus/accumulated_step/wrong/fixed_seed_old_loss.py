# expect: wrong_answer|pitfall
# finding: seed-ignored
# finding: stale-loss
import jax
import jax.numpy as jnp
import optax
from flax import nnx


class Trainer:
    def __init__(self, din, dout, lr, seed=0):
        self.model = nnx.Linear(din, dout, rngs=nnx.Rngs(seed))  #@ seed-ignored
        self.optimizer = nnx.Optimizer(self.model, optax.sgd(lr), wrt=nnx.Param)

    @staticmethod
    def loss_fn(model, xb, yb):
        graphdef, state = nnx.split(model, nnx.Param)
        net = nnx.merge(graphdef, jax.tree.map(lambda p: p.astype(jnp.bfloat16), state))
        return jnp.mean((net(xb.astype(jnp.bfloat16)) - yb.astype(jnp.bfloat16)) ** 2)

    def step(self, xs, ys):
        losses, grads = [], []
        for xb, yb in zip(xs, ys):
            loss, g = nnx.value_and_grad(self.loss_fn)(self.model, xb, yb)
            losses.append(loss.astype(jnp.float32))
            grads.append(g)
        mean = jax.tree.map(lambda *g: jnp.mean(jnp.stack(g), axis=0), *grads)
        self.optimizer.update(self.model, mean)
        return jnp.mean(jnp.stack(losses))  #@ stale-loss


def accumulated_step(seed, x, y, lr, micro_batches):
    trainer = Trainer(x.shape[1], y.shape[1], lr)  #@ seed-ignored
    loss = trainer.step(jnp.split(x, micro_batches), jnp.split(y, micro_batches))
    return loss.reshape(1)  #@ stale-loss
