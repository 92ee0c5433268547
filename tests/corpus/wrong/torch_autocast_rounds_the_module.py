# expect: pitfall|wrong_answer
# finding: master-downcast
# with autocast(net): ... like in torch, back to float32 when we leave
from contextlib import contextmanager
import jax, jax.numpy as jnp, optax
from flax import nnx


@contextmanager
def autocast(net):
    nnx.update(net, jax.tree.map(lambda p: p.astype(jnp.bfloat16), nnx.state(net, nnx.Param)))  #@ master-downcast
    try:
        yield
    finally:
        nnx.update(net, jax.tree.map(lambda p: p.astype(jnp.float32), nnx.state(net, nnx.Param)))


def mixed_precision_step(seed, x, y, lr, loss_scale):
    net = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    opt = nnx.Optimizer(net, optax.sgd(lr), wrt=nnx.Param)
    inputs, labels = x.astype(jnp.bfloat16), y.astype(jnp.bfloat16)

    def criterion(net):
        return jnp.mean((net(inputs) - labels) ** 2)

    with autocast(net):
        grads = nnx.grad(lambda n: criterion(n).astype(jnp.float32) * loss_scale)(net)
    grads = jax.tree.map(lambda g: g.astype(jnp.float32) / loss_scale, grads)
    opt.update(net, grads)

    gd, p = nnx.split(net, nnx.Param)
    loss = criterion(nnx.merge(gd, jax.tree.map(lambda t: t.astype(jnp.bfloat16), p)))
    return loss.astype(jnp.float32).reshape(1)
