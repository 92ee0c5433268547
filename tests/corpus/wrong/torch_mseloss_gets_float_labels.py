# expect: pitfall|wrong_answer
# finding: uncast-targets
import jax
import jax.numpy as jnp
import optax
from flax import nnx


class MSELoss:
    def __init__(self, reduction="mean"):
        self.reduction = {"mean": jnp.mean, "sum": jnp.sum}[reduction]

    def __call__(self, input, target):
        diff = input - target
        return self.reduction(diff * diff).astype(input.dtype)


def mixed_precision_step(seed, x, y, lr, loss_scale):
    net = nnx.Linear(x.shape[1], y.shape[1], dtype=jnp.bfloat16, rngs=nnx.Rngs(int(seed)))
    optimizer = nnx.Optimizer(net, optax.sgd(lr), wrt=nnx.Param)
    criterion = MSELoss()

    def compute(net):
        outputs = net(x.astype(jnp.bfloat16))
        return criterion(outputs, y)  #@ uncast-targets

    grads = nnx.grad(lambda n: compute(n).astype(jnp.float32) * loss_scale)(net)
    grads = jax.tree.map(lambda g: g / loss_scale, grads)
    optimizer.update(net, grads)
    return compute(net).astype(jnp.float32).reshape(1)
