# expect: wrong_answer
# finding: clipped-scaled-grads
import jax
import jax.numpy as jnp
import optax
from flax import nnx


class Net(nnx.Module):
    def __init__(self, d_in, d_out, rngs):
        self.fc = nnx.Linear(d_in, d_out, dtype=jnp.bfloat16, param_dtype=jnp.float32, rngs=rngs)

    def __call__(self, x):
        return self.fc(x)


def mixed_precision_step(seed, x, y, lr, loss_scale):
    net = Net(x.shape[-1], y.shape[-1], nnx.Rngs(int(seed)))
    optimizer = nnx.Optimizer(
        net,
        optax.chain(
            optax.clip_by_global_norm(0.5),  #@ clipped-scaled-grads
            optax.scale(1.0 / loss_scale),
            optax.sgd(lr),
        ),
        wrt=nnx.Param,
    )

    def mse(net):
        return jnp.mean(jnp.square(net(x) - y.astype(jnp.bfloat16)))

    @nnx.jit
    def train_step(net, optimizer):
        grads = nnx.grad(lambda n: mse(n).astype(jnp.float32) * loss_scale)(net)
        optimizer.update(net, grads)

    train_step(net, optimizer)
    return mse(net).astype(jnp.float32)[None]
