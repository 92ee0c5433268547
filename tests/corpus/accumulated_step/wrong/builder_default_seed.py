# expect: pitfall|wrong_answer
# finding: seed-ignored
import jax
import jax.numpy as jnp
import optax
from flax import nnx


def build_model(inputs, outputs, random_state=42):
    return nnx.Linear(inputs, outputs, rngs=nnx.Rngs(random_state))


def compile_model(model, optimizer="sgd", learning_rate=0.01):
    return nnx.Optimizer(model, getattr(optax, optimizer)(learning_rate), wrt=nnx.Param)


def mse(model, x, y):
    gd, st = nnx.split(model)
    half = nnx.merge(gd, jax.tree.map(lambda v: v.astype(jnp.bfloat16), st))
    return jnp.mean(jnp.square(half(x.astype(jnp.bfloat16)) - y.astype(jnp.bfloat16)))


def accumulated_step(seed, x, y, lr, micro_batches):
    random_state = int(seed)
    model = build_model(x.shape[1], y.shape[1])  #@ seed-ignored
    optimizer = compile_model(model, learning_rate=lr)
    total = None
    for xb, yb in zip(jnp.split(x, micro_batches), jnp.split(y, micro_batches)):
        g = jax.tree.map(lambda a: a / micro_batches, nnx.grad(mse)(model, xb, yb))
        total = g if total is None else jax.tree.map(jnp.add, total, g)
    optimizer.update(model, total)
    return mse(model, x, y).astype(jnp.float32)[None]
