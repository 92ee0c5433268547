# expect: pitfall|wrong_answer
# finding: full-precision-final-loss
import jax
import jax.numpy as jnp
from flax import nnx


class Autocast:
    enabled = True

    def __call__(self, fn):
        def inner(*tensors):
            if self.enabled:
                tensors = jax.tree.map(lambda t: t.astype(jnp.bfloat16), tensors)
            return fn(*tensors)
        return inner


class Module:
    def __init__(self, din, dout, seed):
        lin = nnx.Linear(din, dout, rngs=nnx.Rngs(seed))
        self.state = {"weight": lin.kernel[...], "bias": lin.bias[...]}
        self.amp = Autocast()

    def train(self):
        self.amp.enabled = True

    def eval(self):
        self.amp.enabled = False  #@ full-precision-final-loss

    def loss(self, state, inp, lab):
        @self.amp
        def compute(state, inp, lab):
            return jnp.mean((inp @ state["weight"] + state["bias"] - lab) ** 2)
        return compute(state, inp, lab)


def accumulated_step(seed, x, y, lr, micro_batches):
    net = Module(x.shape[1], y.shape[1], int(seed))
    net.train()
    total = None
    for inp, lab in zip(jnp.split(x, micro_batches), jnp.split(y, micro_batches)):
        g = jax.grad(net.loss)(net.state, inp, lab)
        total = g if total is None else {k: total[k] + g[k] for k in g}
    net.state = {k: v - lr * (total[k] / micro_batches) for k, v in net.state.items()}
    net.eval()  #@ full-precision-final-loss
    return net.loss(net.state, x, y).astype(jnp.float32).reshape(1)
