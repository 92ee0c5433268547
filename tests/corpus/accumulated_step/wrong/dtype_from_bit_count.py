# expect: pitfall|wrong_answer
# finding: wrong-half-dtype
import jax
import jax.numpy as jnp
import optax
from flax import nnx


def float_of(bits):
    return getattr(jnp, f"float{bits}")


def accumulated_step(seed, x, y, lr, micro_batches, compute_bits=16):
    compute = float_of(compute_bits)  #@ wrong-half-dtype
    model = nnx.Linear(x.shape[1], y.shape[1], dtype=compute, param_dtype=float_of(32), rngs=nnx.Rngs(int(seed)))

    def loss_fn(model, x, y):
        return jnp.mean(jnp.square(model(x.astype(compute)) - y.astype(compute)))

    opt = nnx.Optimizer(model, optax.sgd(lr), wrt=nnx.Param)
    grads = [nnx.grad(loss_fn)(model, a, b) for a, b in zip(jnp.split(x, micro_batches), jnp.split(y, micro_batches))]
    opt.update(model, jax.tree.map(lambda *g: sum(g) / len(g), *grads))
    return loss_fn(model, x, y).astype(float_of(32))[None]
