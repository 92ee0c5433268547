# expect: pitfall|wrong_answer
# finding: low-precision-unscale
import jax
import jax.numpy as jnp
import optax
from flax import nnx


def mixed_precision_step(seed, x, y, lr, loss_scale):
    net = nnx.Linear(x.shape[1], y.shape[1], dtype=jnp.bfloat16, rngs=nnx.Rngs(int(seed)))
    opt = nnx.Optimizer(net, optax.sgd(lr), wrt=nnx.Param)

    @nnx.jit
    def train(net, opt):
        def objective(net):
            loss = jnp.mean((net(x) - y.astype(jnp.bfloat16)) ** 2)
            return loss.astype(jnp.float32) * loss_scale

        grads = nnx.grad(objective)(net)
        half = jax.tree.map(lambda g: g.astype(jnp.bfloat16), grads)
        half = jax.tree.map(lambda g: g / loss_scale, half)  #@ low-precision-unscale
        opt.update(net, jax.tree.map(lambda g: g.astype(jnp.float32), half))

    train(net, opt)
    return jnp.mean((net(x) - y.astype(jnp.bfloat16)) ** 2).astype(jnp.float32)[None]
