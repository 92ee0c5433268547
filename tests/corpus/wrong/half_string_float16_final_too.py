# expect: pitfall|wrong_answer
# finding: wrong-half-dtype
import jax
import jax.numpy as jnp
import optax
from flax import nnx


def cast_floats(tree, name):
    return jax.tree.map(lambda leaf: leaf.astype(name), tree)


def mixed_precision_step(seed, x, y, lr, loss_scale):
    model = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    opt = nnx.Optimizer(model, optax.sgd(lr), wrt=nnx.Param)

    def loss_fn(model):
        gd, st = nnx.split(model)
        half = nnx.merge(gd, cast_floats(st, "float16"))  #@ wrong-half-dtype
        pred = half(cast_floats(x, "float16"))  #@ wrong-half-dtype
        return jnp.mean((pred - cast_floats(y, "float16")) ** 2)  #@ wrong-half-dtype

    grads = nnx.grad(lambda m: loss_fn(m).astype("float32") * loss_scale)(model)
    opt.update(model, jax.tree.map(lambda g: g / loss_scale, grads))
    return loss_fn(model).astype("float32").reshape((1,))
