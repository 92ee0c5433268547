# expect: pitfall|wrong_answer
# finding: full-precision-forward
import jax
import jax.numpy as jnp
import optax
from flax import nnx


def cast_weights(state, dtype):
    """Cast everything called 'weight' (torch names!)."""
    def visit(path, leaf):
        name = jax.tree_util.keystr(path)
        return leaf.astype(dtype) if "weight" in name else leaf  #@ full-precision-forward
    return jax.tree_util.tree_map_with_path(visit, state)


def loss_fn(model, x, y, scale):
    gdef, st = nnx.split(model, nnx.Param)
    model_bf16 = nnx.merge(gdef, cast_weights(st, jnp.bfloat16))  #@ full-precision-forward
    pred = model_bf16(x.astype(jnp.bfloat16))  #@ full-precision-forward
    err = pred.astype(jnp.bfloat16) - y.astype(jnp.bfloat16)
    return jnp.mean(err ** 2).astype(jnp.float32) * scale


def mixed_precision_step(seed, x, y, lr, loss_scale):
    model = nnx.Linear(x.shape[-1], y.shape[-1], rngs=nnx.Rngs(int(seed)))
    optimizer = nnx.Optimizer(model, optax.sgd(lr), wrt=nnx.Param)
    grads = nnx.grad(loss_fn)(model, x, y, loss_scale)
    optimizer.update(model, jax.tree.map(lambda g: g / loss_scale, grads))
    return loss_fn(model, x, y, 1.0).reshape(1)
