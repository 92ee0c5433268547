# expect: wrong_answer
# finding: stale-loss
import jax
import jax.numpy as jnp
import optax
from flax import nnx


# 損失関数: 前向き計算はすべて bfloat16
def loss_fn(model, x, y, loss_scale):
    graphdef, state = nnx.split(model, nnx.Param)
    half = nnx.merge(graphdef, jax.tree.map(lambda p: p.astype(jnp.bfloat16), state))
    loss = jnp.mean((half(x.astype(jnp.bfloat16)) - y.astype(jnp.bfloat16)) ** 2)
    loss = loss.astype(jnp.float32)
    return loss * loss_scale, loss


def mixed_precision_step(seed, x, y, lr, loss_scale):
    model = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    optimizer = nnx.Optimizer(model, optax.sgd(lr), wrt=nnx.Param)
    grad_fn = nnx.value_and_grad(loss_fn, has_aux=True)
    (_, loss), grads = grad_fn(model, x, y, loss_scale)
    # 勾配を元の大きさに戻してから更新する
    grads = jax.tree.map(lambda g: g.astype(jnp.float32) / loss_scale, grads)
    optimizer.update(model, grads)
    return jnp.reshape(loss, (1,))  #@ stale-loss
