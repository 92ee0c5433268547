"""One training step from accumulated gradients. `judge show accumulated_step` has the lesson and the task."""

import jax
import jax.numpy as jnp
import optax
from flax import nnx


def accumulated_step(seed, x, y, lr, micro_batches):
    """One SGD step of a linear model: bfloat16 gradients of the batch's parts, added up in float32.

    seed:           float, a whole number (nnx.Rngs wants an int)
    x:              float32 array (N, D_in)
    y:              float32 array (N, D_out)
    lr:             float, the learning rate
    micro_batches:  int, the number of equal parts that the rows are cut into, in order

    Returns a float32 array of shape (1,): the bfloat16 loss of the whole batch at the updated parameters.
    """
    # 1. The model, whose float32 parameters are the masters, and its optimizer.

    # 2. A loss function of a model and some rows: parameters, inputs and targets in bfloat16, the mean of the
    #    squared errors in bfloat16.

    # 3. For each part, its gradient with respect to the float32 parameters, added to a float32 sum.

    # 4. The mean of the gradients, and one update of the float32 masters.

    # 5. The bfloat16 loss of all rows, at the new parameters.
    loss = None

    # 6. As a float32 array of shape (1,).
    return loss
