"""One training step in mixed precision. `judge show mixed_precision_step` has the lesson and the task."""

import jax
import jax.numpy as jnp
import optax
from flax import nnx


def mixed_precision_step(seed, x, y, lr, loss_scale):
    """One SGD step of a linear model: float32 masters, bfloat16 forward and backward.

    seed:        float, a whole number (nnx.Rngs wants an int)
    x:           float32 array (N, D_in)
    y:           float32 array (N, D_out)
    lr:          float, the learning rate
    loss_scale:  float, what the loss is multiplied by before it is differentiated

    Returns a float32 array of shape (1,): the bfloat16 loss at the updated parameters, not scaled.
    """
    # 1. The model, whose float32 parameters are the masters, and its optimizer.

    # 2. A loss function: parameters, x and y in bfloat16, the mean of the squared errors in bfloat16,
    #    then the product with loss_scale in float32.

    # 3. Its gradient with respect to the float32 parameters, then divided by loss_scale in float32.

    # 4. The update of the float32 masters.

    # 5. The bfloat16 loss once more, at the new parameters, without the scale.
    loss = None

    # 6. As a float32 array of shape (1,).
    return loss
