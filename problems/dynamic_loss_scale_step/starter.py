"""One step with a dynamic loss scale. `judge show dynamic_loss_scale_step` has the lesson and the task."""

import jax
import jax.numpy as jnp
import optax
from flax import nnx


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    """One SGD step of a linear model in float16, left out where its gradients overflowed.

    seed:             float, a whole number (nnx.Rngs wants an int)
    x:                float32 array (N, D_in)
    y:                float32 array (N, D_out)
    lr:               float, the learning rate
    loss_scale:       float, what the loss is multiplied by before it is differentiated
    good_steps:       int, steps with finite gradients since the scale last changed
    growth_interval:  int, after how many of them the scale doubles

    Returns a float32 array of shape (3,): the float16 loss at the parameters that result, not scaled,
    the scale for the next step, and its count of good steps.
    """
    # 1. The model, whose float32 parameters are the masters, and its optimizer.

    # 2. A loss function: parameters, x and y in float16, the mean of the squared errors in float16,
    #    then the product with loss_scale in float32.

    # 3. Its gradient with respect to the float32 parameters, then divided by loss_scale in float32.

    # 4. Whether all elements of all gradients are finite.

    # 5. If so, the update of the float32 masters. If not, they stay as they are.

    # 6. The next scale and the next count.

    # 7. The float16 loss once more, at the parameters that result, without the scale.
    loss, scale, count = None, None, None

    # 8. All three as a float32 array of shape (3,).
    return loss
