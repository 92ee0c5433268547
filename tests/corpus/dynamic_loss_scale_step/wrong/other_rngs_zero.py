# expect: wrong_answer|pitfall
# finding: seed-ignored
import jax
import jax.numpy as jnp
import optax
from flax import nnx


class Net(nnx.Module):
    def __init__(self, din, dout, rngs):
        self.fc = nnx.Linear(din, dout, dtype=jnp.float16, rngs=rngs)

    def __call__(self, inputs):
        return self.fc(inputs)


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    net = Net(x.shape[1], y.shape[1], rngs=nnx.Rngs(0))  #@ seed-ignored
    optimizer = nnx.Optimizer(net, optax.sgd(lr), wrt=nnx.Param)
    labels = y.astype(jnp.float16)

    def loss_fn(net):
        return jnp.mean((net(x) - labels) ** 2)

    grads = nnx.grad(lambda net: loss_fn(net).astype(jnp.float32) * loss_scale)(net)
    grads = jax.tree.map(lambda g: g.astype(jnp.float32) / loss_scale, grads)
    if all(bool(jnp.isfinite(g).all()) for g in jax.tree.leaves(grads)):
        optimizer.update(net, grads)
        good_steps += 1
        if good_steps == growth_interval:
            good_steps = 0
            loss_scale = min(2.0**24, 2 * loss_scale)
    else:
        good_steps = 0
        loss_scale = max(1.0, loss_scale / 2)
    return jnp.array([loss_fn(net), loss_scale, good_steps], dtype=jnp.float32)
