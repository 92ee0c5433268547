# expect: pitfall|wrong_answer
# finding: summed-grads
import jax
import jax.numpy as jnp
from flax import nnx


def tree_sum(trees):
    return jax.tree.map(lambda *leaves: sum(leaves), *trees)


def tree_mean(trees):
    return jax.tree.map(lambda s: s / len(trees), tree_sum(trees))


def gradient_of_part(model, xb, yb):
    def f(model):
        graphdef, state = nnx.split(model, nnx.Param)
        copy = nnx.merge(graphdef, jax.tree.map(lambda p: p.astype(jnp.bfloat16), state))
        return jnp.mean((copy(xb.astype(jnp.bfloat16)) - yb.astype(jnp.bfloat16)) ** 2)
    return nnx.value_and_grad(f)(model)


def accumulated_step(seed, x, y, lr, micro_batches):
    model = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    collected = []
    for xb, yb in zip(jnp.split(x, micro_batches), jnp.split(y, micro_batches)):
        value, g = gradient_of_part(model, xb, yb)
        print("loss of the part:", value)
        collected.append(g)
    total = tree_sum(collected)
    g = tree_mean([total])  #@ summed-grads
    model.kernel[...] = model.kernel[...] - lr * g["kernel"][...]
    model.bias[...] = model.bias[...] - lr * g["bias"][...]
    final, _ = gradient_of_part(model, x, y)
    return jnp.array([final]).astype(jnp.float32)
