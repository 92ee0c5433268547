# expect: pitfall|wrong_answer
# finding: lr-ignored
import jax
import jax.numpy as jnp
from flax import nnx


class OptimizerV2:
    learning_rate = 0.1

    def __init__(self, lr):
        self.lr = lr

    def apply_gradients(self, pairs):
        return [v - jnp.float32(self.learning_rate) * g for g, v in pairs]  #@ lr-ignored


def forward(v, features):
    return jnp.einsum("...i,ij->...j", features, v[0]) + v[1]


def objective(v, features, labels):
    v, features, labels = jax.tree.map(lambda t: t.astype(jnp.bfloat16), (v, features, labels))
    return jnp.mean(jnp.square(forward(v, features) - labels))


def accumulated_step(seed, x, y, lr, micro_batches):
    lin = nnx.Linear(x.shape[-1], y.shape[-1], rngs=nnx.Rngs(int(seed)))
    v = [lin.kernel[...], lin.bias[...]]
    dataset = zip(x.reshape(micro_batches, -1, x.shape[-1]), y.reshape(micro_batches, -1, y.shape[-1]))
    acc = [jnp.zeros_like(t) for t in v]
    for f, l in dataset:
        acc = [a + g for a, g in zip(acc, jax.grad(objective)(v, f, l))]
    opt = OptimizerV2(lr)
    v = opt.apply_gradients((a / micro_batches, t) for a, t in zip(acc, v))
    return objective(v, x, y).reshape(1).astype(jnp.float32)
