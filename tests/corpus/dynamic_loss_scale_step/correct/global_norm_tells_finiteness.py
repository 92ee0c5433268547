# expect: accepted
import jax
import jax.numpy as jnp
import optax
from flax import nnx


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    net = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    opt = nnx.Optimizer(net, optax.sgd(lr), wrt=nnx.Param)
    xh, yh = x.astype(jnp.float16), y.astype(jnp.float16)

    def raw(net):
        out = xh @ net.kernel.value.astype(jnp.float16) + net.bias.value.astype(jnp.float16)
        return jnp.mean(jnp.square(out - yh))

    _, grads = nnx.value_and_grad(lambda n: jnp.float32(loss_scale) * raw(n).astype(jnp.float32))(net)
    grads = jax.tree.map(lambda g: g * (1.0 / loss_scale), grads)
    # One number that has seen every element: squares of at most 65504, added in float32, don't overflow.
    norm = float(optax.global_norm(grads))
    ok = norm - norm == 0.0
    if ok:
        opt.update(net, grads)
        good_steps = good_steps + 1
        if good_steps >= growth_interval:
            good_steps = 0
            loss_scale = loss_scale + loss_scale
            if loss_scale > 2**24:
                loss_scale = float(2**24)
    else:
        good_steps = 0
        loss_scale = loss_scale / 2 if loss_scale >= 2 else 1.0
    return jnp.array([raw(net).astype(jnp.float32), loss_scale, good_steps], jnp.float32)
