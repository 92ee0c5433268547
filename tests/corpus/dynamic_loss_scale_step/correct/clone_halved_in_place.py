# expect: accepted
import jax
import jax.numpy as jnp
import optax
from flax import nnx


class Module:
    """Some of torch.nn.Module's in-place habits."""

    def __init__(self, net):
        self.net = net

    def _to(self, dtype):
        nnx.update(self.net, jax.tree.map(lambda p: p.astype(dtype), nnx.state(self.net)))
        return self

    def half(self):
        return self._to(jnp.float16)

    def float(self):
        return self._to(jnp.float32)

    def clone(self):
        return Module(nnx.clone(self.net))


def mse_loss(net, x, y):
    return jnp.mean((net(x) - y) ** 2)


def backward(module, x, y, scale):
    net = module.clone().half().net
    grads = nnx.grad(lambda n: mse_loss(n, x, y).astype(jnp.float32) * scale)(net)
    return jax.tree.map(lambda g: g.astype(jnp.float32) / scale, grads)


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    module = Module(nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed))))
    optimizer = nnx.Optimizer(module.net, optax.sgd(lr), wrt=nnx.Param)
    x, y = jnp.asarray(x, jnp.float16), jnp.asarray(y, jnp.float16)

    grads = backward(module, x, y, loss_scale)
    found_inf = any(not bool(jnp.isfinite(g).all()) for g in jax.tree.leaves(grads))
    if not found_inf:
        optimizer.update(module.net, grads)
        good_steps += 1
        if good_steps == growth_interval:
            loss_scale, good_steps = min(loss_scale * 2.0, 2.0**24), 0
    else:
        loss_scale, good_steps = max(loss_scale * 0.5, 1.0), 0

    loss = mse_loss(module.clone().half().net, x, y)
    return jnp.array([loss.astype(jnp.float32), loss_scale, good_steps], dtype=jnp.float32)
