"""Right steps in the reference's form, with other losses and other ways to ask for finiteness."""

from functools import partial

import jax
import jax.numpy as jnp
import optax
from flax import nnx
from loss_scale_losses import FP16, FP32, LOSSES, Loss, new_layer, own_dtype, preferred
from loss_scale_state import FINITE, Given, Step, all_of_stack, by_if, entry_point, where_step


def _nnx_step(loss: Loss, given: Given, **options: object) -> jax.Array:
    """The step around `loss(model, x, y)`, a float16 scalar; the update is a branch in Python."""
    seed, x, y, lr, loss_scale, good_steps, interval = given
    model = new_layer(seed, x, y, **options)
    optimizer = nnx.Optimizer(model, optax.sgd(lr), wrt=nnx.Param)
    _, grads = nnx.value_and_grad(lambda model: loss(model, x, y).astype(FP32) * loss_scale)(model)
    grads = jax.tree.map(lambda grad: grad.astype(FP32) / loss_scale, grads)
    finite = bool(all_of_stack(grads))
    if finite:
        optimizer.update(model, grads)
    scale, count = by_if(finite, loss_scale, good_steps, interval)
    return jnp.array([loss(model, x, y).astype(FP32), scale, count], FP32)


FORMS: dict[str, Step] = {name: entry_point(partial(_nnx_step, loss)) for name, loss in LOSSES.items()}
FORMS["layer-dtype"] = entry_point(partial(_nnx_step, own_dtype, dtype=FP16, param_dtype=FP32))
FORMS["preferred-element-type"] = entry_point(partial(_nnx_step, preferred, preferred_element_type=FP32))
FORMS |= {f"finite-{name}": entry_point(partial(where_step, check)) for name, check in FINITE.items()}
