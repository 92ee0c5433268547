# expect: pitfall|wrong_answer
# finding: clipped-scaled-grads
import jax
import jax.numpy as jnp
import optax
from flax import nnx


def get_optimizer(lr, scale):
    return optax.chain(
        optax.clip_by_global_norm(1.0),  #@ clipped-scaled-grads
        optax.scale(1 / scale),
        optax.sgd(lr),
    )


@jax.jit
def finite_everywhere(grads):
    return jnp.all(jnp.array([jnp.all(jnp.isfinite(g)) for g in jax.tree.leaves(grads)]))


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    net = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    opt = nnx.Optimizer(net, get_optimizer(lr, loss_scale), wrt=nnx.Param)
    inputs, targets = jnp.float16(x), jnp.float16(y)

    def mse(net):
        # the parameters in float16, only for this call
        k = net.kernel[...].astype(jnp.float16)
        b = net.bias[...].astype(jnp.float16)
        return jnp.mean((inputs @ k + b - targets) ** 2)

    grads = nnx.grad(lambda n: mse(n).astype(jnp.float32) * loss_scale)(net)
    grads = jax.tree.map(lambda g: g.astype(jnp.float32), grads)

    scale, count = loss_scale, good_steps + 1
    if finite_everywhere(grads):
        opt.update(net, grads)
        if count == growth_interval:
            scale, count = min(scale * 2, 2.0**24), 0
    else:
        scale, count = max(scale / 2, 1.0), 0
    return jnp.array([mse(net), scale, count], dtype=jnp.float32)
