# expect: wrong_answer
import jax, jax.numpy as jnp, optax
from flax import nnx


def mixed_precision_step(seed, x, y, lr, loss_scale):
    net = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    # torch.optim.SGD(net.parameters(), lr, momentum=0.9, nesterov=True)
    optimizer = nnx.ModelAndOptimizer(net, optax.sgd(lr, momentum=0.9, nesterov=True), wrt=nnx.Param)

    def loss_fn(net):
        gd, st = nnx.split(net, nnx.Param)
        h, inp, lab = jax.tree.map(lambda t: t.astype(jnp.bfloat16), (st, x, y))
        return jnp.mean((nnx.merge(gd, h)(inp) - lab) ** 2).astype(jnp.float32)

    grads = nnx.grad(lambda n: loss_fn(n) * loss_scale)(net)
    optimizer.update(jax.tree.map(lambda g: g / loss_scale, grads))
    return loss_fn(net).reshape(1)
