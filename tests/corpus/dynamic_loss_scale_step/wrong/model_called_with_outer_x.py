# expect: pitfall|wrong_answer
# finding: uncast-inputs
import jax
import jax.numpy as jnp
import optax
from flax import nnx


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    x, y = jnp.asarray(x), jnp.asarray(y)

    class Batch:
        inputs = x.astype(jnp.float16)
        targets = y.astype(jnp.float16)

    class Net(nnx.Module):
        def __init__(self):
            self.linear = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))

        def predict(self, batch):
            kernel, bias = (p[...].astype(jnp.float16) for p in (self.linear.kernel, self.linear.bias))
            return x @ kernel + bias  #@ uncast-inputs

        def loss(self, batch):
            return jnp.mean((self.predict(batch) - batch.targets) ** 2).astype(jnp.float32)

    net = Net()
    optimizer = nnx.Optimizer(net, optax.sgd(lr), wrt=nnx.Param)
    grads = nnx.grad(lambda n: n.loss(Batch) * loss_scale)(net)
    grads = jax.tree.map(lambda g: g / jnp.float32(loss_scale), grads)
    finite = not sum(int((~jnp.isfinite(g)).sum()) for g in jax.tree.leaves(grads))
    if finite:
        optimizer.update(net, grads)
    if finite:
        good_steps = good_steps + 1
        if good_steps == growth_interval:
            loss_scale = min(2.0 * loss_scale, 2.0**24)
            good_steps = 0
    else:
        loss_scale, good_steps = max(0.5 * loss_scale, 1.0), 0
    return jnp.stack([net.loss(Batch), jnp.float32(loss_scale), jnp.float32(good_steps)])
