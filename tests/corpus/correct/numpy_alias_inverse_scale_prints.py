# expect: accepted
# I always import it like this, sorry
import jax
import jax.numpy as np
from flax import nnx
import optax


def mixed_precision_step(seed, x, y, lr, loss_scale):
    print("seed", seed, "lr", lr, "scale", loss_scale)
    model = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    opt = nnx.Optimizer(model, optax.sgd(learning_rate=lr), wrt=nnx.Param)
    xb = np.asarray(x, np.bfloat16)
    yb = np.asarray(y, np.bfloat16)

    def loss(m):
        gd, st = nnx.split(m)
        st = jax.tree.map(lambda a: np.asarray(a, np.bfloat16), st)
        p = nnx.merge(gd, st)(xb)
        d = p - yb
        return np.square(d).mean()

    def big_loss(m):
        return np.multiply(loss(m).astype(np.float32), loss_scale)

    value, grads = nnx.value_and_grad(big_loss)(model)
    print("scaled loss is", float(value))
    inverse = 1.0 / loss_scale
    grads = jax.tree.map(lambda g: g * inverse, grads)
    opt.update(model, grads)
    final = loss(model)
    print("loss after the step:", float(final))
    return np.array([final], dtype=np.float32)
