# expect: pitfall|wrong_answer
# finding: wrong-half-dtype
import jax
import jax.numpy as jnp
import optax
from flax import nnx


def pick_half():
    # HF Trainer: bf16 only if the hardware can
    if jax.default_backend() == "tpu":
        return jnp.bfloat16
    return jnp.float16  #@ wrong-half-dtype


class Trainer:
    def __init__(self, model, lr, gradient_accumulation_steps):
        self.model = model
        self.k = gradient_accumulation_steps
        self.dtype = pick_half()  #@ wrong-half-dtype
        self.opt = nnx.ModelAndOptimizer(model, optax.sgd(lr))

    def compute_loss(self, model, inputs, labels):
        g, s = nnx.split(model, nnx.Param)
        m = nnx.merge(g, jax.tree.map(lambda p: p.astype(self.dtype), s))
        d = m(inputs.astype(self.dtype)) - labels.astype(self.dtype)
        return jnp.mean(d * d)

    def train(self, x, y):
        grads = [nnx.grad(self.compute_loss)(self.model, a, b) for a, b in zip(jnp.split(x, self.k), jnp.split(y, self.k))]
        self.opt.update(jax.tree.map(lambda *g: sum(g[1:], start=g[0]) / self.k, *grads))

    def evaluate(self, x, y):
        return self.compute_loss(self.model, x, y)


def accumulated_step(seed, x, y, lr, micro_batches):
    t = Trainer(nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed))), lr, micro_batches)
    t.train(x, y)
    return t.evaluate(x, y).astype(jnp.float32).reshape(1)
