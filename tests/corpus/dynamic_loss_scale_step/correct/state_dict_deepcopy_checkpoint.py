# expect: accepted
import copy
import logging
import jax, jax.numpy as jnp, optax
from flax import nnx

log = logging.getLogger('amp')


class Module(nnx.Module):
    def __init__(self, i, o, seed):
        self.fc = nnx.Linear(i, o, rngs=nnx.Rngs(seed))

    def state_dict(self):
        return {'fc.weight': self.fc.kernel[...], 'fc.bias': self.fc.bias[...]}

    def load_state_dict(self, sd):
        self.fc.kernel[...] = sd['fc.weight']
        self.fc.bias[...] = sd['fc.bias']

    def half(self):
        twin = copy.deepcopy(self)
        nnx.update(twin, jax.tree.map(lambda a: a.astype(jnp.float16), nnx.state(self)))
        return twin

    def __call__(self, t):
        return self.fc(t)


def evaluate(module, xb, yb):
    return jnp.mean((module(xb) - yb) ** 2)


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    net = Module(x.shape[1], y.shape[1], int(seed))
    xb, yb = jnp.asarray(x, jnp.float16), jnp.asarray(y, jnp.float16)
    net_half = net.half()
    checkpoint = copy.deepcopy(net.state_dict())

    # the gradients with respect to the float16 twin are the float16 gradients themselves
    def fn(twin):
        l = evaluate(twin, xb, yb)
        return l.astype(jnp.float32) * loss_scale, l

    (_, l16), g16 = nnx.value_and_grad(fn, has_aux=True)(net_half)
    log.info('scaled loss %s', l16 * jnp.float16(loss_scale))
    g32 = {'fc.weight': g16['fc']['kernel'][...], 'fc.bias': g16['fc']['bias'][...]}
    g32 = {k: v.astype(jnp.float32) / loss_scale for k, v in g32.items()}
    try:
        for k, v in g32.items():
            net.load_state_dict({**net.state_dict(), k: net.state_dict()[k] - lr * v})
            if not jnp.isfinite(v).all():
                raise FloatingPointError(k)
        good_steps += 1
        if good_steps == growth_interval:
            loss_scale, good_steps = min(loss_scale * 2, 2.0**24), 0
    except FloatingPointError:
        net.load_state_dict(checkpoint)
        loss_scale, good_steps = max(loss_scale / 2, 1.0), 0
    return jnp.array([evaluate(net.half(), xb, yb).astype(jnp.float32), loss_scale, good_steps], jnp.float32)
