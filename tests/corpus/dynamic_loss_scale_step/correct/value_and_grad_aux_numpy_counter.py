# expect: accepted
import logging
import numpy as np
import jax.numpy as jnp
import optax
from flax import nnx

log = logging.getLogger(__name__)


class ScaleVar(nnx.Variable):
    pass


class Net(nnx.Module):
    def __init__(self, din, dout, scale, good, *, seed):
        self.fc = nnx.Linear(din, dout, rngs=nnx.Rngs(int(seed)))
        self.scale = ScaleVar(jnp.asarray(scale, jnp.float32))
        self.good = ScaleVar(jnp.asarray(good, jnp.int32))

    def half(self):
        twin = nnx.clone(self)
        # v[...] = a keeps the variable's dtype, set_value doesn't
        for v in (twin.fc.kernel, twin.fc.bias):
            v.set_value(v[...].astype(jnp.float16))
        return twin


def objective(net, xb, yb):
    loss = jnp.mean((net.fc(xb) - yb) ** 2)
    return loss.astype(jnp.float32) * net.scale[...], loss


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    xb, yb = jnp.asarray(np.asarray(x, np.float16)), jnp.asarray(np.asarray(y, np.float16))
    net = Net(x.shape[1], y.shape[1], loss_scale, good_steps, seed=seed)
    opt = nnx.Optimizer(net, optax.sgd(lr), wrt=nnx.Param)
    (_, before), grads = nnx.value_and_grad(objective, argnums=nnx.DiffState(0, nnx.Param), has_aux=True)(net.half(), xb, yb)
    log.info("loss before %s", before)
    grads = nnx.state(grads)
    for path, g in nnx.to_flat_state(grads):
        g.set_value(g[...].astype(jnp.float32) / net.scale[...])
    n_bad = sum(int((~jnp.isfinite(g[...])).sum()) for _, g in nnx.to_flat_state(grads))
    if n_bad == 0:
        opt.update(net, grads)
        net.good[...] = net.good[...] + 1
        if net.good[...] == growth_interval:
            net.scale[...] = jnp.minimum(net.scale[...] * 2, 2.0**24)
            net.good[...] = jnp.zeros((), jnp.int32)
    else:
        net.scale[...] = jnp.maximum(net.scale[...] / 2, 1.0)
        net.good[...] = jnp.zeros((), jnp.int32)
    _, after = objective(net.half(), xb, yb)
    return jnp.array([after.astype(jnp.float32), net.scale[...], net.good[...].astype(jnp.float32)])
