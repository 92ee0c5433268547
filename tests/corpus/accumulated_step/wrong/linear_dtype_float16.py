# expect: pitfall|wrong_answer
# finding: wrong-half-dtype
import jax
import jax.numpy as jnp
import optax
from flax import nnx

PRECISION = {"param_dtype": jnp.float32, "dtype": jnp.float16}  #@ wrong-half-dtype


def loss_fn(model, x, y):
    return jnp.mean(jnp.square(model(x) - y))


def accumulated_step(seed, x, y, lr, micro_batches):
    model = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)), **PRECISION)  #@ wrong-half-dtype
    tx = optax.MultiSteps(optax.sgd(lr), every_k_schedule=micro_batches)
    optimizer = nnx.Optimizer(model, tx.gradient_transformation(), wrt=nnx.Param)
    x, y = x.astype(PRECISION["dtype"]), y.astype(PRECISION["dtype"])  #@ wrong-half-dtype
    for xb, yb in zip(jnp.split(x, micro_batches), jnp.split(y, micro_batches)):
        optimizer.update(model, nnx.grad(loss_fn)(model, xb, yb))
    return loss_fn(model, x, y).astype(jnp.float32).reshape(1)
