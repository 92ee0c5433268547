# expect: accepted
# finding: full-precision-loss
import jax
import jax.numpy as jnp
import optax
from flax import nnx


def to(dtype):
    return lambda tree: jax.tree.map(lambda a: a.astype(dtype), tree)


half, full = to(jnp.bfloat16), to(jnp.float32)


def predict(params, x):
    w, b = half(params)
    return half(x) @ w + b


def criterion(pred, target):
    return 2 * jnp.mean(optax.l2_loss(pred, target))


def mixed_precision_step(seed, x, y, lr, loss_scale):
    layer = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    params = layer.kernel[...], layer.bias[...]
    target = half(y)

    def scaled(p):
        pred, goal = full((predict(p, x), target))  #@ full-precision-loss
        return criterion(pred, goal) * loss_scale

    tx = optax.chain(optax.scale(1 / loss_scale), optax.sgd(lr))
    updates, _ = tx.update(jax.grad(scaled)(params), tx.init(params))
    params = optax.apply_updates(params, updates)
    return full(criterion(predict(params, x), target)).reshape((1,))
