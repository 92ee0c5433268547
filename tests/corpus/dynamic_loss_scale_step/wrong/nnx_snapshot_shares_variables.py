# expect: wrong_answer
# finding: unchecked-overflow
import jax
import jax.numpy as jnp
import optax
from flax import nnx


class Net(nnx.Module):
    def __init__(self, a, b, rngs):
        self.fc = nnx.Linear(a, b, dtype=jnp.float16, param_dtype=jnp.float32, rngs=rngs)

    def __call__(self, x):
        return self.fc(x)


class Guard:
    """Keeps what the parameters were."""

    def __init__(self, model):
        self.model = model
        self.saved = nnx.state(model)  #@ unchecked-overflow

    def restore(self):
        nnx.update(self.model, self.saved)  #@ unchecked-overflow


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    probe = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    net = Net(x.shape[1], y.shape[1], nnx.Rngs(int(seed)))
    net.fc.kernel[...] = probe.kernel[...]
    net.fc.bias[...] = probe.bias[...]
    opt = nnx.Optimizer(net, optax.sgd(lr), wrt=nnx.Param)

    def mse(net):
        return jnp.mean(jnp.square(net(x) - y.astype(jnp.float16)))

    guard = Guard(net)
    grads = nnx.grad(lambda n: mse(n).astype(jnp.float32) * loss_scale)(net)
    grads = jax.tree.map(lambda g: g / loss_scale, grads)
    opt.update(net, grads)
    if all(jnp.isfinite(g).all() for g in jax.tree.leaves(grads)):
        scale, count = loss_scale, good_steps + 1
        if count == growth_interval:
            scale, count = min(scale * 2, 2.0**24), 0
    else:
        guard.restore()
        scale, count = max(loss_scale / 2, 1.0), 0
    return jnp.array([mse(net).astype(jnp.float32), scale, count], jnp.float32)
