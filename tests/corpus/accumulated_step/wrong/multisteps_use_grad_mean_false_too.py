# expect: pitfall|wrong_answer
# finding: summed-grads
import dataclasses
import jax
import jax.numpy as jnp
import optax
from flax import nnx


@dataclasses.dataclass(frozen=True)
class AccumConfig:
    steps: int
    use_grad_mean: bool = False  #@ summed-grads
    compute_dtype: str = "bfloat16"

    def wrap(self, tx):
        return optax.MultiSteps(tx, self.steps, use_grad_mean=self.use_grad_mean).gradient_transformation()  #@ summed-grads


def accumulated_step(seed, x, y, lr, micro_batches):
    cfg = AccumConfig(steps=micro_batches)
    model = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    optimizer = nnx.Optimizer(model, cfg.wrap(optax.sgd(lr)), wrt=nnx.Param)

    def loss_fn(model, a, b):
        gd, st = nnx.split(model, nnx.Param)
        a, b, st = jax.tree.map(lambda t: t.astype(cfg.compute_dtype), (a, b, st))
        return jnp.mean((nnx.merge(gd, st)(a) - b) ** 2)

    @nnx.jit
    def one(model, optimizer, a, b):
        optimizer.update(model, nnx.grad(loss_fn)(model, a, b))

    for a, b in zip(jnp.split(x, cfg.steps), jnp.split(y, cfg.steps)):
        one(model, optimizer, a, b)
    return jnp.array([loss_fn(model, x, y)], jnp.float32)
