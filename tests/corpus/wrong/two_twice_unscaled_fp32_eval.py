# expect: wrong_answer
# finding: doubly-unscaled-grads
# finding: full-precision-final-loss
import jax
import jax.numpy as jnp
from flax import nnx


class Net:
    def __init__(self, seed, d_in, d_out):
        lin = nnx.Linear(d_in, d_out, rngs=nnx.Rngs(seed))
        self.params = {"w": lin.kernel[...], "b": lin.bias[...]}

    @staticmethod
    def forward(params, x):
        return x @ params["w"] + params["b"]


def mixed_precision_step(seed, x, y, lr, loss_scale):
    net = Net(int(seed), x.shape[1], y.shape[1])
    low = lambda t: jax.tree.map(lambda a: a.astype(jnp.bfloat16), t)

    def train_loss(params):
        pred = net.forward(low(params), low(x))
        return jnp.mean((pred - low(y)) ** 2).astype(jnp.float32) * loss_scale

    grads = jax.grad(train_loss)(net.params)
    grads = {k: g / loss_scale for k, g in grads.items()}
    step = {k: lr * g / loss_scale for k, g in grads.items()}  #@ doubly-unscaled-grads
    net.params = {k: p - step[k] for k, p in net.params.items()}  #@ doubly-unscaled-grads
    pred = net.forward(net.params, x)  #@ full-precision-final-loss
    return jnp.mean((pred - y) ** 2).reshape((1,))  #@ full-precision-final-loss
